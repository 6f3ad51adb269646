import SyncProtocol

extension CouponTerms: Codable {
  private enum CodingKeys: String, CodingKey {
    case kind, name, value, minimumSpend, cap, skus, categories, validFrom, expiresAt, when, scope, group,
      withPromotions, policy, text, giftSku
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func value<T: Decodable>(_ key: CodingKeys) throws -> T { try container.decode(T.self, forKey: key) }
    func maybe<T: Decodable>(_ key: CodingKeys) throws -> T? {
      try container.decodeIfPresent(T.self, forKey: key)
    }
    let (skus, categories): ([String]?, [String]?) = (try maybe(.skus), try maybe(.categories))
    let scope: LineScope? = try maybe(.scope)
    guard scope == nil || skus == nil && categories == nil else {
      throw DecodingError.dataCorruptedError(
        forKey: .scope, in: container, debugDescription: "goods are named in scope, or beside it, not both")
    }
    self.init(
      kind: try value(.kind), name: try value(.name), value: try value(.value),
      minimumSpend: try value(.minimumSpend), cap: try maybe(.cap), skus: skus, categories: categories,
      validFrom: try maybe(.validFrom), expiresAt: try maybe(.expiresAt), when: try maybe(.when) ?? .always,
      scope: scope, group: try maybe(.group), withPromotions: try maybe(.withPromotions) ?? true,
      policy: try maybe(.policy) ?? .held, text: try maybe(.text), giftSku: try maybe(.giftSku))
  }

  /// What says nothing is left out.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(kind, forKey: .kind)
    try container.encode(name, forKey: .name)
    try container.encode(value, forKey: .value)
    try container.encode(minimumSpend, forKey: .minimumSpend)
    try container.encodeIfPresent(cap, forKey: .cap)
    try container.encodeIfPresent(skus, forKey: .skus)
    try container.encodeIfPresent(categories, forKey: .categories)
    try container.encodeIfPresent(validFrom, forKey: .validFrom)
    try container.encodeIfPresent(expiresAt, forKey: .expiresAt)
    let writesAll = encoder.writesEveryField
    if writesAll || when != .always { try container.encode(when, forKey: .when) }
    if skus == nil, categories == nil, writesAll || scope != .all {
      try container.encode(scope, forKey: .scope)
    }
    try container.encodeIfPresent(group, forKey: .group)
    if writesAll || !withPromotions { try container.encode(withPromotions, forKey: .withPromotions) }
    if writesAll || policy != .held { try container.encode(policy, forKey: .policy) }
    try container.encodeIfPresent(text, forKey: .text)
    try container.encodeIfPresent(giftSku, forKey: .giftSku)
  }
}
