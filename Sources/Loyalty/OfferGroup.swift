import SyncProtocol

/// What a sale takes of the promotions or coupons of one group 互斥组.
public enum GroupMode: String, Hashable, Sendable, Codable, CaseIterable {
  /// All of them, one after another, each on what the ones before left.
  case stack
  /// The one that makes the sale cheapest. What gives no money, such as a gift, is taken only where no money
  /// can be.
  case best
  /// The first of the list that does anything.
  case first
}

/// Promotions of which a sale takes not just any.
public struct PromotionGroup: Hashable, Sendable, Codable {
  public typealias Mode = GroupMode

  public let id: String
  public let mode: GroupMode

  public init(id: String, mode: GroupMode) {
    self.id = id
    self.mode = mode
  }
}

/// Coupons of which a sale takes not just any 用券互斥组. Coupons without a group go with all others.
public struct CouponGroup: Hashable, Sendable, Codable {
  public let id: String
  public let mode: GroupMode

  public init(id: String, mode: GroupMode) {
    self.id = id
    self.mode = mode
  }
}
