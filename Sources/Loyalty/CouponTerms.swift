import Foundation
import SyncProtocol

/// What a coupon gives, frozen when it is issued.
public struct CouponTerms: Hashable, Sendable, Codable {
  public enum Kind: String, Hashable, Sendable, Codable {
    /// 满减券: money off the lines it covers.
    case amountOff
    /// 折扣券: a share off the lines it covers, up to a cap.
    case percentOff
    /// 代金券: pays like money; somebody else reimburses it, so it is a tender and earning is untouched.
    case voucher
    /// 兑换券: exchanged for goods or a service; no money in the sale.
    case exchange
  }

  public let kind: Kind
  public let name: Words
  /// Minor units for `amountOff` and `voucher`; the pay rate in thousandths for `percentOff`; else 0.
  public let value: Int64
  /// The covered lines must come to this much.
  public let minimumSpend: Money
  public let cap: Money?
  /// Lines covered; nil covers all. A line is covered when either list names it.
  public let skus: [String]?
  public let categories: [String]?
  public let validFrom: Timestamp?
  public let expiresAt: Timestamp?

  public init(
    kind: Kind, name: Words, value: Int64, minimumSpend: Money = .zero, cap: Money? = nil,
    skus: [String]? = nil,
    categories: [String]? = nil, validFrom: Timestamp? = nil, expiresAt: Timestamp? = nil
  ) {
    self.kind = kind
    self.name = name
    self.value = value
    self.minimumSpend = minimumSpend
    self.cap = cap
    self.skus = skus
    self.categories = categories
    self.validFrom = validFrom
    self.expiresAt = expiresAt
  }

  public static func decode(_ document: [UInt8]) throws -> CouponTerms {
    try JSONDecoder().decode(CouponTerms.self, from: Data(document))
  }

  public func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(self))
  }

  /// Why these terms cannot be issued; nil when they can.
  public func fault() -> RulebookFault? {
    switch kind {
    case .amountOff, .voucher:
      if value <= 0 || value > Limits.lineMinorUnits {
        return RulebookFault(path: "value", reason: "is an amount of money above nothing")
      }
    case .percentOff:
      if !(0...1000).contains(value) {
        return RulebookFault(path: "value", reason: "is a pay rate from 0 to 1000")
      }
    case .exchange:
      if value != 0 {
        return RulebookFault(path: "value", reason: "is 0, an exchange coupon has no money in it")
      }
    }
    if minimumSpend.minor < 0 { return RulebookFault(path: "minimumSpend", reason: "is not negative") }
    if let cap, cap.minor <= 0 { return RulebookFault(path: "cap", reason: "is more than nothing") }
    if let from = validFrom, let until = expiresAt, until <= from {
      return RulebookFault(path: "expiresAt", reason: "is after validFrom")
    }
    return nil
  }

  func covers(_ line: SaleLine) -> Bool {
    if skus == nil, categories == nil { return true }
    return skus?.contains(line.sku) == true
      || (line.category.map { categories?.contains($0) == true } ?? false)
  }
}
