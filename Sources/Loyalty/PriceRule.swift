import SyncProtocol

/// A price of its own for some goods 会员价·限时价. Of all that apply to a line, and the tier's, the lowest counts.
public struct PriceRule: Hashable, Sendable, Codable {
  public enum Kind: String, Hashable, Sendable, Codable {
    /// 会员价.
    case member
    /// 限时抢购.
    case flash
  }

  public let id: String
  public let name: Words
  public let kind: Kind
  public let when: Condition
  /// What one unit of an article costs, by sku.
  public let unitPrices: [String: Money]

  public init(id: String, name: Words, kind: Kind, when: Condition = .always, unitPrices: [String: Money]) {
    self.id = id
    self.name = name
    self.kind = kind
    self.when = when
    self.unitPrices = unitPrices
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    id = try container.decode(String.self, forKey: .id)
    name = try container.decode(Words.self, forKey: .name)
    kind = try container.decode(Kind.self, forKey: .kind)
    when = try container.decodeIfPresent(Condition.self, forKey: .when) ?? .always
    unitPrices = try container.decode([String: Money].self, forKey: .unitPrices)
  }
}

extension Quantity {
  /// What so much costs at a price for one unit, rounded half up; nil beyond what a line may cost.
  public func cost(at unitPrice: Money) -> Money? {
    guard milli >= 0, unitPrice.minor >= 0 else { return nil }
    let product = unitPrice.minor.multipliedFullWidth(by: milli)
    guard product.high < 500 else { return nil }
    let (quotient, remainder) = Int64(1000).dividingFullWidth(product)
    let total = quotient + (remainder >= 500 ? 1 : 0)
    return total <= Limits.lineMinorUnits ? Money(total) : nil
  }
}
