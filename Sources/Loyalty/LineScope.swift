import SyncProtocol

/// The lines a rule covers 适用商品. Without lists it covers all; a line is covered when either list names it
/// and neither exception does.
public struct LineScope: Hashable, Sendable, Codable {
  public var skus: Set<String>?
  public var categories: Set<String>?
  public var exceptSkus: Set<String>?
  public var exceptCategories: Set<String>?

  public init(
    skus: Set<String>? = nil, categories: Set<String>? = nil, exceptSkus: Set<String>? = nil,
    exceptCategories: Set<String>? = nil
  ) {
    self.skus = skus
    self.categories = categories
    self.exceptSkus = exceptSkus
    self.exceptCategories = exceptCategories
  }

  public static let all = LineScope()

  public func covers(sku: String, category: String?) -> Bool {
    if exceptSkus?.contains(sku) == true { return false }
    if let category, exceptCategories?.contains(category) == true { return false }
    if skus == nil, categories == nil { return true }
    return skus?.contains(sku) == true || (category.map { categories?.contains($0) == true } ?? false)
  }

  func covers(_ line: SaleLine) -> Bool { covers(sku: line.sku, category: line.category) }

  private enum Keys: String, CodingKey { case skus, categories, exceptSkus, exceptCategories }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    self.init(
      skus: try container.decodeIfPresent(Set<String>.self, forKey: .skus),
      categories: try container.decodeIfPresent(Set<String>.self, forKey: .categories),
      exceptSkus: try container.decodeIfPresent(Set<String>.self, forKey: .exceptSkus),
      exceptCategories: try container.decodeIfPresent(Set<String>.self, forKey: .exceptCategories))
  }

  /// In order, so that one scope has one text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encodeIfPresent(skus?.sorted(), forKey: .skus)
    try container.encodeIfPresent(categories?.sorted(), forKey: .categories)
    try container.encodeIfPresent(exceptSkus?.sorted(), forKey: .exceptSkus)
    try container.encodeIfPresent(exceptCategories?.sorted(), forKey: .exceptCategories)
  }
}
