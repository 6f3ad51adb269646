import SyncProtocol

extension CouponTerms {
  /// Everything wrong with the terms, in their order. Whether there is a group of the name, the rulebook
  /// says at each sale.
  public func faults() -> [RulebookFault] {
    var faults: [RulebookFault] = []
    func require(_ holds: Bool, _ path: String, _ reason: String) {
      if !holds { faults.append(RulebookFault(path: path, reason: reason)) }
    }
    func isToken(_ text: String) -> Bool { (1...Limits.tokenLength).contains(text.utf8.count) }
    switch kind {
    case .amountOff, .voucher:
      require((1...Limits.lineMinorUnits).contains(value), "value", "is an amount of money above nothing")
    case .fixedPrice:
      require((0...Limits.lineMinorUnits).contains(value), "value", "is a price, from 0")
    case .percentOff: require((0...1000).contains(value), "value", "is a pay rate from 0 to 1000")
    case .exchange, .gift: require(value == 0, "value", "is 0, this kind of coupon has no money in it")
    }
    require(minimumSpend.minor >= 0, "minimumSpend", "is not negative")
    require(cap.map { $0 > .zero } ?? true, "cap", "is more than nothing")
    if let from = validFrom, let until = expiresAt {
      require(from < until, "expiresAt", "is after validFrom")
    }
    faults += when.faults(path: "when")
    require(when.segments == nil, "when.segments", "are asked for when a coupon is issued to its member")
    let names = [scope.skus, scope.categories, scope.exceptSkus, scope.exceptCategories].compactMap { $0 }
    require(
      names.allSatisfy { $0.allSatisfy(isToken) }, "scope", "has names of 1 to \(Limits.tokenLength) bytes")
    if let group { require(isToken(group), "group", "has 1 to \(Limits.tokenLength) bytes") }
    if let text {
      require(
        max(text.zh.count, text.en.count) <= Limits.textLength, "text",
        "has at most \(Limits.textLength) characters")
    }
    require(
      kind.isMoney || policy != .floorLimit, "policy", "is held or online where there is no money to weigh")
    if kind == .gift {
      require(giftSku.map(isToken) ?? false, "giftSku", "has 1 to \(Limits.tokenLength) bytes")
    } else {
      require(giftSku == nil, "giftSku", "is for a gift")
    }
    return faults
  }
}
