import SyncProtocol

extension CouponTemplate {
  /// The terms in one line, and how long coupons are valid from their issue.
  public func words(currency: String, utcOffsetMinutes: Int, today: Day? = nil) -> Words {
    let words = terms.words(currency: currency, utcOffsetMinutes: utcOffsetMinutes, today: today)
    return switch validDays {
    case nil: words
    case 0?: Words(zh: words.zh + "，领取当天有效", en: words.en + ", on the day of issue")
    case let days?:
      Words(
        zh: words.zh + "，领取后 \(days) 天内有效",
        en: words.en + ", for \(days) day\(days == 1 ? "" : "s") after its issue")
    }
  }
}

extension CouponTerms {
  /// The terms in one line for a member: what it gives, on what, and until when. Money is shown in the
  /// rulebook's currency, times by its clock; years are left out where they are `today`'s.
  public func words(currency: String, utcOffsetMinutes: Int, today: Day? = nil) -> Words {
    let clock = TermsClock(utcOffsetMinutes: utcOffsetMinutes, year: today?.components.year)
    let gives = gives(currency)
    let on = scope.covered
    let most = cap.map { $0.brief(currency) }
    let parts =
      [
        Words(zh: gives.zh + (on.map { "，\($0.zh)" } ?? ""), en: gives.en + (on.map { " \($0.en)" } ?? "")),
        scope.without, most.map { Words(zh: "最多减 \($0.zh)", en: "at most \($0.en)") },
      ] + when.words + [
        withPromotions ? nil : Words(zh: "不与促销同享", en: "not on goods that a promotion covers"),
        policy == .online ? Words(zh: "须联网核销", en: "while the line is up") : nil, time(clock), text,
      ]
    let told = parts.compactMap { $0 }
    return Words(
      zh: told.map(\.zh).joined(separator: "，"), en: told.map(\.en).joined(separator: ", "))
  }

  private func gives(_ currency: String) -> Words {
    let hasMinimum = minimumSpend > .zero
    let (from, amount) = (minimumSpend.brief(currency), Money(value).brief(currency))
    let zhFrom = hasMinimum ? "满 \(from.zh) " : ""
    let enFrom = hasMinimum ? " from \(from.en)" : ""
    return switch kind {
    case .amountOff:
      Words(zh: "\(zhFrom)\(hasMinimum ? "减" : "立减") \(amount.zh)", en: "\(amount.en) off\(enFrom)")
    case .percentOff: Words(zh: "\(zhFrom)\(zhRate)", en: "\(enRate)\(enFrom)")
    case .voucher:
      Words(
        zh: "\(amount.zh)\(currency == "CNY" ? " 元" : " ")代金券" + (hasMinimum ? "，满 \(from.zh) 可用" : ""),
        en: "voucher of \(amount.en)\(enFrom)")
    case .fixedPrice: Words(zh: "\(zhFrom)固定价 \(amount.zh)", en: "for \(amount.en)\(enFrom)")
    case .exchange: Words(zh: "\(zhFrom)兑换：\(name.zh)", en: "exchange for \(name.en)\(enFrom)")
    case .gift: Words(zh: "\(zhFrom)赠品：\(giftSku ?? "")", en: "gift of \(giftSku ?? "")\(enFrom)")
    }
  }

  /// 900 is 9 折, 885 is 8.85 折.
  private var zhRate: String {
    if value <= 0 { return "免费" }
    return "\(decimal(value, of: 100)) 折"
  }

  private var enRate: String { value <= 0 ? "free" : "\(decimal(1000 - min(value, 1000), of: 10))% off" }

  /// The narrower of the coupon's own time and its condition's.
  private func time(_ clock: TermsClock) -> Words? {
    let from = [validFrom, when.from].compactMap { $0 }.max()
    let until = [expiresAt, when.until].compactMap { $0 }.min()
    let begins = from.map { clock.begin($0) }
    let ends = until.map { clock.end($0) }
    switch (begins, ends) {
    case (nil, nil): return nil
    case (let begins?, nil): return Words(zh: "\(begins.zh)起有效", en: "from \(begins.en)")
    case (nil, let ends?): return Words(zh: "\(ends.zh)有效", en: "until \(ends.en)")
    case (let begins?, let ends?):
      return Words(zh: "\(begins.zh)起、\(ends.zh)有效", en: "from \(begins.en) until \(ends.en)")
    }
  }
}

/// `value / unit` as people write it, without zeros at the end; `unit` is a power of ten.
private func decimal(_ value: Int64, of unit: Int64) -> String {
  let (whole, rest) = (value / unit, value % unit)
  if rest == 0 { return "\(whole)" }
  let digits = String(String(unit + rest).dropFirst())
  return "\(whole)." + String(digits.reversed().drop { $0 == "0" }.reversed())
}

extension Money {
  /// Without cents that are none; in Chinese yuan need no sign.
  fileprivate func brief(_ currency: String) -> Words {
    let whole = text(currency: currency)
    let en = whole.hasSuffix(".00") ? String(whole.dropLast(3)) : whole
    return Words(zh: currency == "CNY" ? en.replacing("¥", with: "") : en, en: en)
  }
}

/// How many names of goods one line of words carries.
private let listedNames = 5

private func list(_ names: [String]) -> Words {
  let more = names.count - listedNames
  let shown = names.prefix(listedNames)
  return Words(
    zh: shown.joined(separator: "、") + (more > 0 ? "等 \(names.count) 项" : ""),
    en: shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : ""))
}

extension LineScope {
  fileprivate var covered: Words? {
    let names = list((categories ?? []).sorted() + (skus ?? []).sorted())
    return names.zh.isEmpty ? nil : Words(zh: "限\(names.zh)", en: "on \(names.en)")
  }

  fileprivate var without: Words? {
    let names = list((exceptCategories ?? []).sorted() + (exceptSkus ?? []).sorted())
    return names.zh.isEmpty ? nil : Words(zh: "\(names.zh)除外", en: "except \(names.en)")
  }
}

extension Condition {
  /// All but its first and last moment.
  fileprivate var words: [Words?] {
    [
      weekdays.map { days in
        let days = days.filter { (1...7).contains($0) }
        return Words(
          zh: "限" + days.map { "周" + Self.zhDays[$0 - 1] }.joined(separator: "、"),
          en: "on " + days.map { Self.enDays[$0 - 1] }.joined(separator: ", "))
      },
      monthDays.map { days in
        let days = days.map(String.init)
        return Words(
          zh: "限每月 \(days.joined(separator: "、")) 日", en: "on day \(days.joined(separator: ", ")) of a month")
      },
      hours.map { hours in
        let span = "\(TermsClock.time(hours.from))–\(TermsClock.time(hours.until))"
        return Words(zh: "限 \(span)", en: "from \(span)")
      },
      stores.map { Words(zh: "限门店 \(list($0).zh)", en: "at \(list($0).en)") },
      channels.map { Words(zh: "限渠道 \(list($0).zh)", en: "by \(list($0).en)") },
      tiers.map { Words(zh: "限等级 \(list($0).zh)", en: "for tier \(list($0).en)") },
      who.map { who in
        switch who {
        case .member: Words(zh: "限会员", en: "for members")
        case .firstPurchase: Words(zh: "限首单", en: "for a first purchase")
        case .birthday: Words(zh: "限生日当天", en: "on the birthday")
        case .birthdayWeek: Words(zh: "限生日前后三天", en: "within three days of the birthday")
        case .birthdayMonth: Words(zh: "限生日当月", en: "in the month of the birthday")
        }
      },
    ]
  }

  private static let zhDays = ["一", "二", "三", "四", "五", "六", "日"]
  private static let enDays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
}

extension Rulebook {
  /// What a rulebook lacks for coupons with these terms; nil where nothing is missing.
  public func notice(of terms: CouponTerms) -> Words? {
    guard let group = terms.group, !couponGroups.contains(where: { $0.id == group }) else { return nil }
    return Words(
      zh: "现行规则没有券组 \(group)，同组的券只用最优的一张",
      en: "The rulebook in force has no coupon group \(group): of its coupons a sale takes the best")
  }
}

/// Writes moments by the chain's clock.
struct TermsClock {
  let utcOffsetMinutes: Int
  let year: Int?

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  func begin(_ time: Timestamp) -> Words { written(time, isEnd: false) }

  /// Just before a moment: midnight is the end of the day before.
  func end(_ time: Timestamp) -> Words {
    let words = written(time, isEnd: true)
    return Words(zh: words.zh + "前", en: words.en)
  }

  private func written(_ time: Timestamp, isEnd: Bool) -> Words {
    let day = time.day(utcOffsetMinutes: utcOffsetMinutes)
    let minute = Occasion(time: time, utcOffsetMinutes: utcOffsetMinutes).minute
    if minute == 0 { return name(isEnd ? Day(day.number &- 1) : day) }
    let (name, clock) = (name(day), Self.time(minute))
    return Words(zh: "\(name.zh) \(clock) ", en: "\(clock) on \(name.en)")
  }

  private func name(_ day: Day) -> Words {
    let (year, month, number) = day.components
    let isPlain = year == self.year
    return Words(
      zh: (isPlain ? "" : "\(year) 年 ") + "\(month) 月 \(number) 日",
      en: "\(number) \(Self.months[month - 1])" + (isPlain ? "" : " \(year)"))
  }

  /// Minutes of a day as `18:00`.
  static func time(_ minute: Int) -> String {
    [minute / 60, minute % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
  }
}
