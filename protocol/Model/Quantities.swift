import Foundation

/// An amount of money in minor units (分, cents). Never a floating-point number.
public struct Money: Hashable, Comparable, Sendable, Codable {
  public var minor: Int64
  public init(_ minor: Int64) { self.minor = minor }
  public static let zero = Money(0)
  public static func + (a: Money, b: Money) -> Money { Money(a.minor + b.minor) }
  public static func - (a: Money, b: Money) -> Money { Money(a.minor - b.minor) }
  public static func += (a: inout Money, b: Money) { a.minor += b.minor }
  public static func -= (a: inout Money, b: Money) { a.minor -= b.minor }
  public static func < (a: Money, b: Money) -> Bool { a.minor < b.minor }
  public init(from decoder: any Decoder) throws {
    minor = try decoder.singleValueContainer().decode(Int64.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(minor)
  }
}

/// A count of points 积分; negative only as a difference.
public struct Points: Hashable, Comparable, Sendable, Codable {
  public var count: Int64
  public init(_ count: Int64) { self.count = count }
  public static let zero = Points(0)
  public static func + (a: Points, b: Points) -> Points { Points(a.count + b.count) }
  public static func - (a: Points, b: Points) -> Points { Points(a.count - b.count) }
  public static func += (a: inout Points, b: Points) { a.count += b.count }
  public static func -= (a: inout Points, b: Points) { a.count -= b.count }
  public static func < (a: Points, b: Points) -> Bool { a.count < b.count }
  public init(from decoder: any Decoder) throws {
    count = try decoder.singleValueContainer().decode(Int64.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(count)
  }
}

/// A quantity in thousandths (of a piece, a kilogram, a litre). In JSON it is a plain number with at
/// most three decimals: `2` or `0.385`.
public struct Quantity: Hashable, Comparable, Sendable, Codable {
  public var milli: Int64
  public init(milli: Int64) { self.milli = milli }
  public static func < (a: Quantity, b: Quantity) -> Bool { a.milli < b.milli }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let scaled = try container.decode(Decimal.self) * 1000
    var source = scaled
    var whole = Decimal()
    NSDecimalRound(&whole, &source, 0, .plain)
    guard whole == scaled, abs(scaled) <= Decimal(Limits.quantityMilli) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a quantity has at most three decimals and stays under ten million")
    }
    milli = NSDecimalNumber(decimal: whole).int64Value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if milli.isMultiple(of: 1000) {
      try container.encode(milli / 1000)
    } else {
      try container.encode(Decimal(milli) / 1000)
    }
  }
}
