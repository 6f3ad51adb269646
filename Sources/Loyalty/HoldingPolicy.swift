import SyncProtocol

/// How much of a lot is granted ahead, and to whom: the store that enrolled the member and the one they
/// were last seen at. The rest stays with the hub for stores that ask while a customer waits.
public struct HoldingPolicy: Hashable, Sendable, Codable {
  public let homePermille: Int64
  public let lastStorePermille: Int64

  public init(homePermille: Int64, lastStorePermille: Int64) {
    self.homePermille = homePermille
    self.lastStorePermille = lastStorePermille
  }

  /// What `store` should hold of a lot with `remainder` points left in the chain.
  public func target(of remainder: Points, for store: NodeID, home: NodeID, lastStore: NodeID) -> Points {
    let share = (store == home ? homePermille : 0) + (store == lastStore ? lastStorePermille : 0)
    // The shares come to at most a thousand, so the quotient fits.
    return Points(
      Int64(1000).dividingFullWidth(max(0, remainder.count).multipliedFullWidth(by: share)).quotient)
  }

  /// What to hand back: everything above the target, once it is more than a quarter above, so that small
  /// movements do not send allowances back and forth.
  public func excess(held: Points, target: Points) -> Points {
    held.count > target.count + target.count / 4 ? held - target : .zero
  }

  /// What to grant: up to the target, once a quarter of it is missing, and no more than the hub has free.
  public func grant(held: Points, target: Points, free: Points) -> Points {
    guard held.count < target.count - target.count / 4 else { return .zero }
    return max(.zero, min(target - held, free))
  }

  /// Where a coupon waits for its member: at the store it is bound to, else where they were last seen, else
  /// at home.
  public static func couponHolder(boundTo: NodeID? = nil, home: NodeID, lastStore: NodeID) -> NodeID {
    boundTo ?? (lastStore == .hub ? home : lastStore)
  }
}
