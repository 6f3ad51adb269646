extension CouponTemplate {
  /// What tills cannot honour yet. Issued, it would promise in vain, so it is refused like a fault.
  public func unserved() -> [RulebookFault] {
    if terms.policy != .held {
      return [
        RulebookFault(path: "terms.policy", reason: "is held: tills redeem only what their store holds")
      ]
    }
    return []
  }
}
