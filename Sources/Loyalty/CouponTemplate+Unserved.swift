extension CouponTemplate {
  /// What tills cannot honour yet. Issued, it would promise in vain, so it is refused like a fault.
  public func unserved() -> [RulebookFault] {
    guard terms.policy == .floorLimit else { return [] }
    return [RulebookFault(path: "terms.policy", reason: "is held or online: tills take no risk yet")]
  }
}
