import Foundation
import Loyalty
import SyncProtocol

extension String {
  /// Parts between commas.
  var listed: [String] {
    split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  var words: [String] { split(separator: " ").map(String.init) }

  /// The word, and all that follows it.
  var headed: (head: String, rest: String) {
    let parts = split(separator: " ", maxSplits: 1)
    return (parts.first.map(String.init) ?? "", parts.count > 1 ? String(parts[1]) : "")
  }

  func money() throws -> Money {
    guard let minor = try GoldenSum(self).result.whole(in: 100) else {
      throw GoldenFault("no money: \(self)")
    }
    return Money(minor)
  }

  func count() throws -> Int64 {
    let sign: Int64 = hasPrefix("-") ? -1 : 1
    guard let count = try GoldenSum(sign < 0 ? String(dropFirst()) : self).result.whole(in: 1) else {
      throw GoldenFault("no whole number: \(self)")
    }
    return sign * count
  }

  func day() throws -> Day {
    guard let day = Day(self) else { throw GoldenFault("no day: \(self)") }
    return day
  }
}

extension GoldenCase {
  static let owner = MemberID(high: 1, low: 2)

  /// Monday noon, where an example does not say when.
  func time() throws -> Timestamp {
    let text = first("time") ?? "2026-06-15 12:00"
    guard let time = Timestamp(text.replacing(" ", with: "T") + ":00+08:00") else {
      throw GoldenFault("no time: \(text)")
    }
    return time
  }

  /// The shop, and the rulebook of the rules that the example names.
  func shop(_ shops: [String: GoldenShop]) throws -> (GoldenShop, Rulebook) {
    let text = try only("shop").split(separator: ":", maxSplits: 1).map(String.init)
    guard let shop = shops[text[0]] else { throw GoldenFault("there is no shop \(text[0])") }
    return (shop, try shop.rulebook(text.count > 1 ? text[1].listed : []))
  }

  func cart(_ shop: GoldenShop, _ rulebook: Rulebook) throws -> Cart {
    var cart = Cart(
      businessTime: try time(), lines: try all("buy").map { try Self.line($0, shop) },
      coupons: try all("coupon").map {
        try shop.coupon($0.headed.head, isRisked: $0.headed.rest == "elsewhere")
      },
      points: Points(try first("points")?.count() ?? 0), member: try member(rulebook), store: first("store"),
      channel: first("channel"))
    cart.isCash = has("cash")
    cart.offline = try offline(rulebook)
    cart.capLeft = try first("left").map { Points(try $0.count()) }
    for (key, unit) in [("stock", 1), ("budget", 100)] {
      for text in all(key) {
        let (name, amount) = text.headed
        let allowance = key == "stock" ? AllowanceName.gift(name) : AllowanceName.budget(name)
        cart.allowances = cart.allowances ?? [:]
        cart.allowances?[allowance] = try GoldenSum(amount).result.whole(in: Int64(unit))
      }
    }
    for text in all("used") {
      let parts = text.words
      guard parts.count == 3, let times = Int(parts[2]) else { throw GoldenFault("used RULE by-whom TIMES") }
      switch parts[1] {
      case "member": cart.promotionUses.member[parts[0]] = times
      case "member-today": cart.promotionUses.memberDay[parts[0]] = times
      case "store-today": cart.promotionUses.storeDay[parts[0]] = times
      default: throw GoldenFault("used by member, member-today or store-today: \(text)")
      }
    }
    return cart
  }

  /// The line is down: `offline 25.00 today, 40.00 outage` tells what was risked for the member today, and in
  /// all since headquarters was heard of.
  private func offline(_ rulebook: Rulebook) throws -> OfflineLeeway? {
    guard let text = first("offline") else { return nil }
    var taken: [String: Money] = [:]
    for part in text.listed where part != "nothing" { taken[part.headed.rest] = try part.headed.head.money() }
    guard Set(taken.keys).isSubset(of: ["today", "outage"]) else {
      throw GoldenFault("risked today or in the outage: \(text)")
    }
    return OfflineLeeway(
      rulebook.offline,
      after: RiskTaken(byMemberToday: taken["today"] ?? .zero, inOutage: taken["outage"] ?? .zero))
  }

  /// `milk 3 × 12.50`, `apple 0.385 × 19.80 = 7.623 → 7.62`, `delivery 6.00` (no pieces at all); after a
  /// comma what the till itself takes off: `milk 1 × 12.50, 2.00 off`.
  private static func line(_ text: String, _ shop: GoldenShop) throws -> SaleLine {
    let (sku, rest) = text.headed
    let parts = rest.listed
    guard let sum = parts.first else { throw GoldenFault("nothing is bought: \(text)") }
    let factors = sum.split(separator: "×").map(String.init)
    let milli = factors.count > 1 ? try GoldenSum(factors[0]).result.whole(in: 1000) : 0
    guard let milli else { throw GoldenFault("thousandths at the least: \(text)") }
    let discounts = try parts.dropFirst().map {
      LineDiscount(kind: "store", amount: try $0.headed.head.money())
    }
    return SaleLine(
      sku: sku, category: try shop.category(of: sku), quantity: Quantity(milli: milli),
      gross: try sum.money(), discounts: discounts)
  }

  /// `gold, 800 points, held 500, birthday 02-29, first purchase, segment vip, spent 4999.00`; or the points
  /// lot by lot: `lot 200 until 2026-06-30`. A level by its name has spent its threshold this month.
  func member(_ rulebook: Rulebook) throws -> MemberStanding? {
    guard let text = first("member") else { return nil }
    var standing = MemberStanding()
    var (spent, held, lots): (Money, Points?, [LotAmount]) = (.zero, nil, [])
    for part in text.listed {
      let words = part.words
      let last = words.last ?? ""
      switch words[0] {
      case "known": break
      case "birthday": standing.birthday = MonthDay(last)
      case "segment": standing.segments.insert(last)
      case "first": standing.hasBought = false
      case "spent": spent = try last.money()
      case "held": held = Points(try last.count())
      case "lot":
        guard words.count == 4 else { throw GoldenFault("lot 200 until 2026-06-30: \(part)") }
        let lot = LotKey(availableFrom: Day(0), expiresOn: Day(try last.day().number + 1))
        lots.append(LotAmount(owner: Self.owner, lot: lot, points: Points(try words[1].count())))
      default:
        if last == "points" {
          standing.available = Points(try words[0].count())
        } else if let level = rulebook.tiers?.levels.first(where: { $0.id == words[0] }) {
          spent = Money(level.threshold)
        } else {
          throw GoldenFault("of a member: \(part)")
        }
      }
    }
    if lots.isEmpty {
      let lot = LotKey(availableFrom: Day(0), expiresOn: .never)
      lots = [LotAmount(owner: Self.owner, lot: lot, points: held ?? max(.zero, standing.available))]
      standing.lots = [LotAmount(owner: Self.owner, lot: lot, points: max(.zero, standing.available))]
    } else {
      let today = rulebook.businessDay(try time())
      standing.available = lots.reduce(.zero) { $1.lot.isActive(on: today) ? $0 + $1.points : $0 }
    }
    standing.held = lots
    let month = MonthSum(
      month: MonthSum.month(of: rulebook.businessDay(try time())), spend: spent, grossSpend: spent, count: 1,
      growth: 0)
    standing.tierFacts = TierFacts(history: MetricHistory(joined: Day(18_262), months: [month]))
    return standing
  }
}
