import SyncProtocol

extension Limits {
  /// Levels of one tier scheme: more than anybody can tell apart.
  public static let tierLevels = 20
  /// Benefits of one level: what fits on a page about it.
  public static let tierBenefits = 50
  /// Months of a rolling window: three years, the longest that airlines use.
  public static let tierWindowMonths = 36
  /// Days a level outlives its period: less than any yearly period, so that a grace ends inside the next.
  public static let tierGraceDays = 180
  /// A threshold, and what one month counts as at most: ten trillion yuan. Sums of a window cannot overflow.
  public static let tierFigure: Int64 = 1_000_000_000_000_000
  /// Years a member's levels are followed back: longer than a chain's records. Who joined earlier is taken
  /// to have joined then.
  public static let tierYears = 50
}

extension TierScheme {
  /// Everything wrong with the scheme, in its order; empty when it may be published.
  public func faults(under path: String? = nil) -> [RulebookFault] {
    let path = path.map { $0 + "." } ?? ""
    var faults: [RulebookFault] = []
    func require(_ holds: Bool, _ field: String, _ reason: String) {
      if !holds { faults.append(RulebookFault(path: path + field, reason: reason)) }
    }
    require(TierScheme.isToken(id), "id", "has 1 to \(Limits.tokenLength) characters")
    if case .rolling(let months) = window {
      require(
        (1...Limits.tierWindowMonths).contains(months), "window.months",
        "is from 1 to \(Limits.tierWindowMonths)")
    }
    require(
      (0...Limits.tierGraceDays).contains(graceDays), "graceDays", "is from 0 to \(Limits.tierGraceDays)")
    if metric == .paid {
      require(upgrade == .immediate, "upgrade", "is immediate where levels are paid")
      require(downgrade == .recompute, "downgrade", "is recompute where levels are paid")
    } else if window == .lifetime {
      require(upgrade == .immediate, "upgrade", "is immediate where no period ends")
      require(downgrade == .never, "downgrade", "is never where no period ends")
    }
    if downgrade == .never { require(graceDays <= 0, "graceDays", "is 0 where nobody falls") }
    require(
      (1...Limits.tierLevels).contains(levels.count), "levels", "are from 1 to \(Limits.tierLevels)")
    if metric != .paid {
      let pairs = zip(levels, levels.dropFirst())
      require(pairs.allSatisfy { $0.threshold < $1.threshold }, "levels", "rise in threshold")
    }
    require(Set(levels.map(\.id)).count == levels.count, "levels", "have different ids")
    for (index, level) in levels.enumerated() {
      faults += level.faults("\(path)levels[\(index)]", isPaid: metric == .paid)
    }
    return faults
  }

  fileprivate static func isToken(_ text: String) -> Bool { (1...Limits.tokenLength).contains(text.count) }
}

extension TierLevel {
  fileprivate func faults(_ path: String, isPaid: Bool) -> [RulebookFault] {
    var faults: [RulebookFault] = []
    func require(_ holds: Bool, _ field: String, _ reason: String) {
      if !holds { faults.append(RulebookFault(path: "\(path).\(field)", reason: reason)) }
    }
    require(TierScheme.isToken(id), "id", "has 1 to \(Limits.tokenLength) characters")
    if isPaid {
      require(threshold == 0, "threshold", "is 0 where levels are paid")
      require(retention == nil, "retention", "is left out where levels are paid")
    } else {
      require((0...Limits.tierFigure).contains(threshold), "threshold", "is from 0 to ten trillion yuan")
      if let retention {
        require(retention >= 0 && retention <= threshold, "retention", "is from 0 to the threshold")
      }
    }
    require(benefits.count <= Limits.tierBenefits, "benefits", "are at most \(Limits.tierBenefits)")
    var (discounts, accelerators) = (0, 0)
    for (index, benefit) in benefits.enumerated() {
      let field = "benefits[\(index)]"
      switch benefit {
      case .discount(let rate):
        discounts += 1
        require((0...1000).contains(rate), "\(field).payRatePermille", "is from 0 to 1000")
      case .accelerator(let permille):
        accelerators += 1
        require((1000...10_000).contains(permille), "\(field).permille", "is from 1000 to 10000")
      case .upgradeGift(let template), .birthdayGift(let template):
        require(
          TierScheme.isToken(template), "\(field).template", "has 1 to \(Limits.tokenLength) characters")
      case .words(let words):
        let lengths = [words.zh.count, words.en.count]
        require(
          lengths.allSatisfy { (1...Limits.textLength).contains($0) }, "\(field).words",
          "have 1 to \(Limits.textLength) characters in each language")
      }
    }
    require(discounts <= 1 && accelerators <= 1, "benefits", "have one discount and one accelerator at most")
    return faults
  }
}
