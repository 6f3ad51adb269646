import SyncProtocol

/// A member's coupon as this store sees it now: the replica's row with the store's own entries on top.
public struct CouponView: Hashable, Sendable {
  public enum State: String, Hashable, Sendable, Codable, CaseIterable {
    case issued
    case redeemed
    /// Taken out of use by headquarters 作废, or handed on 转赠: the other member's has a code of its own.
    case voided
  }

  public let id: CouponID
  public let row: CouponRow
  public let state: State
  /// This store may redeem it (law C1).
  public let isHeldHere: Bool

  /// `effect` is what the last entry did to it that the replica does not include.
  public init(id: CouponID, row: CouponRow, node: NodeID?, effect: Overlay.CouponEffect?) {
    self.id = id
    self.row = row
    state =
      switch (row.state, effect) {
      case (_, .redeemed): .redeemed
      case (.voided, _): .voided
      case (.redeemed, .restored), (.issued, _): .issued
      case (.redeemed, _): .redeemed
      }
    isHeldHere =
      state == .issued && (effect == .restored || row.holder == node && effect != .released)
  }

  /// The code of why this store cannot redeem it; nil when it can.
  public var refusal: String? {
    switch state {
    case .voided: "coupon_voided"
    case .redeemed: "coupon_used"
    case .issued: isHeldHere ? nil : "coupon_held_elsewhere"
    }
  }
}
