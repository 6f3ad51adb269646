extension CouponTemplate {
  /// What tills cannot honour yet. Issued, it would promise in vain, so it is refused like a fault.
  public func unserved() -> [RulebookFault] {
    var found: [RulebookFault] = []
    if terms.kind == .gift {
      found.append(RulebookFault(path: "terms.kind", reason: "gift coupons are not handed out at tills yet"))
    }
    if terms.policy != .held {
      found.append(
        RulebookFault(path: "terms.policy", reason: "is held: tills redeem only what their store holds"))
    }
    return found
  }
}
