import Loyalty
import SyncProtocol

/// How often each promotion was used at this store on one business day, for the limits of a store's day.
public struct StoreUses: Hashable, Sendable {
  public let day: Day
  public private(set) var counts: [String: Int] = [:]

  public init(day: Day) { self.day = day }

  /// `rulebook` is the one the sale names.
  public mutating func add(_ sale: Sale, on rulebook: Rulebook) {
    guard rulebook.businessDay(sale.businessTime) == day else { return }
    for promotion in sale.promotions { counts[promotion, default: 0] += 1 }
  }
}
