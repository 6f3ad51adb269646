import Loyalty
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
  private let node: NodeID?
  private let effect: Overlay.CouponEffect?

  /// What headquarters has said of the coupons of a till's request.
  public enum HubWord: Hashable, Sendable, CaseIterable {
    /// Nothing: it has not been asked, or cannot be.
    case unasked
    /// Nothing yet; a sale would ask, for the line is up.
    case askable
    /// It answered a moment ago, and what it said is in the replica.
    case answered
  }

  /// `effect` is what the last entry did to it that the replica does not include.
  public init(id: CouponID, row: CouponRow, node: NodeID?, effect: Overlay.CouponEffect?) {
    self.id = id
    self.row = row
    (self.node, self.effect) = (node, effect)
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

  /// The code of why this store cannot redeem it under its policy; nil when it can, or would be able to once
  /// it has asked. One that is redeemed `online` needs headquarters' word for this very request: what was
  /// granted earlier is not enough, nor what headquarters has not heard of yet.
  public func refusal(_ policy: CouponTerms.Policy, hub: HubWord) -> String? {
    switch state {
    case .voided: return "coupon_voided"
    case .redeemed: return "coupon_used"
    case .issued: break
    }
    if policy == .online, hub == .unasked || effect != nil { return "coupon_needs_line" }
    let isFree = row.holder == .hub && (row.boundTo ?? node) == node && effect == nil
    return isHeldHere || isFree && hub == .askable ? nil : "coupon_held_elsewhere"
  }

  /// Whether this store may redeem it though it does not hold it, if it is cut off and may risk it: somebody
  /// else may be redeeming it as well.
  public func mayBeRisked(_ terms: CouponTerms) -> Bool {
    terms.policy == .floorLimit && terms.kind.isMoney && state == .issued && (row.boundTo ?? node) == node
  }
}
