import SyncProtocol

/// How allowances of pricing are called.
public enum AllowanceName {
  /// Pieces of a gift in the store.
  public static func gift(_ sku: String) -> String { "gift/\(sku)" }
  /// Minor units of a promotion's budget that the store may give away.
  public static func budget(_ promotion: String) -> String { "budget/\(promotion)" }
}

/// What a store holds while one cart is priced, and what the cart takes of it.
struct AllowanceBook {
  /// Nil where nobody counts: then there is enough of everything.
  let held: [String: Int64]?
  private(set) var used: [String: Int64] = [:]
  /// What may still be risked on coupons and points that others hold.
  private(set) var riskLeft: Money

  init(held: [String: Int64]?, risk: Money = .zero) {
    self.held = held
    riskLeft = risk
  }

  /// False, and nothing is taken, when the caps do not leave that much.
  mutating func risk(_ amount: Money) -> Bool {
    if amount > riskLeft { return false }
    riskLeft -= amount
    return true
  }

  func left(_ name: String) -> Int64 {
    held.map { $0[name, default: 0] - used[name, default: 0] } ?? .max
  }

  /// False, and nothing is taken, when there is not that much.
  mutating func take(_ amount: Int64, of name: String) -> Bool {
    if amount > left(name) { return false }
    used[name, default: 0] += amount
    return true
  }

  mutating func take(_ gift: Gift) -> Bool { take(Int64(gift.count), of: AllowanceName.gift(gift.sku)) }

  var uses: [AllowanceUse] {
    used.map { AllowanceUse(name: $0.key, amount: $0.value) }.sorted { $0.name < $1.name }
  }
}
