import Foundation
import SyncProtocol

/// What a coupon gives, frozen when it is issued.
public struct CouponTerms: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    /// 满减券: money off the lines it covers.
    case amountOff
    /// 折扣券: a share off the lines it covers, up to a cap.
    case percentOff
    /// 代金券: pays like money; somebody else reimburses it, so it is a tender and earning is untouched.
    case voucher
    /// 兑换券: exchanged for goods or a service; no money in the sale.
    case exchange
    /// 固定价券: the lines it covers cost so much together.
    case fixedPrice
    /// 赠品券: hands out a gift from the gift stock; no money in the sale.
    case gift

    /// Whether it takes money off a sale, or pays.
    public var isMoney: Bool { self != .exchange && self != .gift }
  }

  /// Where a coupon may be redeemed while the line is down.
  public enum Policy: String, Hashable, Sendable, Codable, CaseIterable {
    /// At the store that holds it, and nowhere else (law C1).
    case held
    /// Anywhere, as long as the caps of `OfflinePolicy` leave something to risk; a second redemption is kept
    /// for a person to see. Without caps as `held`.
    case floorLimit
    /// Only when headquarters says yes there and then.
    case online
  }

  public let kind: Kind
  public let name: Words
  /// Minor units for `amountOff`, `voucher` and `fixedPrice`; the pay rate in thousandths for `percentOff`;
  /// else 0.
  public let value: Int64
  /// The covered lines must come to this much.
  public let minimumSpend: Money
  /// The most it takes off.
  public let cap: Money?
  /// The older way to write `scope`, kept in its order so that a document stays the same to the byte.
  public let skus: [String]?
  public let categories: [String]?
  /// From the first moment, until just before the last.
  public let validFrom: Timestamp?
  public let expiresAt: Timestamp?
  public let when: Condition
  /// Lines covered 适用商品.
  public let scope: LineScope
  /// The group of the rulebook in which it competes 互斥组; nil for one that goes with all others.
  public let group: String?
  /// False leaves out lines that a promotion has made cheaper 不与促销同享.
  public let withPromotions: Bool
  public let policy: Policy
  /// What the customer is told of it 使用说明.
  public let text: Words?
  /// What a `gift` hands out, one piece.
  public let giftSku: String?

  /// `skus` and `categories` are taken where there is no `scope`.
  public init(
    kind: Kind, name: Words, value: Int64, minimumSpend: Money = .zero, cap: Money? = nil,
    skus: [String]? = nil, categories: [String]? = nil, validFrom: Timestamp? = nil,
    expiresAt: Timestamp? = nil, when: Condition = .always, scope: LineScope? = nil, group: String? = nil,
    withPromotions: Bool = true, policy: Policy = .held, text: Words? = nil, giftSku: String? = nil
  ) {
    self.kind = kind
    self.name = name
    self.value = value
    self.minimumSpend = minimumSpend
    self.cap = cap
    self.skus = scope == nil ? skus : nil
    self.categories = scope == nil ? categories : nil
    self.validFrom = validFrom
    self.expiresAt = expiresAt
    self.when = when
    self.scope = scope ?? LineScope(skus: skus.map { Set($0) }, categories: categories.map { Set($0) })
    self.group = group
    self.withPromotions = withPromotions
    self.policy = policy
    self.text = text
    self.giftSku = giftSku
  }

  public static func decode(_ document: [UInt8]) throws -> CouponTerms {
    try JSONDecoder().decode(CouponTerms.self, from: Data(document))
  }

  public func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(self))
  }

  /// The same until an earlier moment; what has no end gets one.
  func expiring(at moment: Timestamp) -> CouponTerms {
    CouponTerms(
      kind: kind, name: name, value: value, minimumSpend: minimumSpend, cap: cap, skus: skus,
      categories: categories, validFrom: validFrom, expiresAt: expiresAt.map { min($0, moment) } ?? moment,
      when: when, scope: skus == nil && categories == nil ? scope : nil, group: group,
      withPromotions: withPromotions, policy: policy, text: text, giftSku: giftSku)
  }
}
