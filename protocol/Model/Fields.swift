/// A synced row's content: values by tag, in tag order. A side keeps and returns tags it does not know.
public struct Fields: Hashable, Sendable {
  public private(set) var pairs: [Field]

  public init(_ pairs: [Field] = []) { self.pairs = pairs.sorted { $0.tag < $1.tag } }

  public subscript(tag: UInt32) -> FieldValue? {
    get { pairs.first { $0.tag == tag }?.value }
    set {
      let index = pairs.firstIndex { $0.tag >= tag } ?? pairs.count
      let exists = index < pairs.count && pairs[index].tag == tag
      switch (newValue, exists) {
      case (let value?, true): pairs[index] = Field(tag: tag, value: value)
      case (let value?, false): pairs.insert(Field(tag: tag, value: value), at: index)
      case (nil, true): pairs.remove(at: index)
      case (nil, false): break
      }
    }
  }

  public var isEmpty: Bool { pairs.isEmpty }

  public func int(_ tag: UInt32) -> Int64? { if case .int(let value)? = self[tag] { value } else { nil } }
  public func text(_ tag: UInt32) -> String? { if case .text(let value)? = self[tag] { value } else { nil } }
  public func bytes(_ tag: UInt32) -> [UInt8]? {
    if case .bytes(let value)? = self[tag] { value } else { nil }
  }
}

public struct Field: Hashable, Sendable {
  public let tag: UInt32
  public let value: FieldValue

  public init(tag: UInt32, value: FieldValue) {
    self.tag = tag
    self.value = value
  }
}

public enum FieldValue: Hashable, Sendable {
  case int(Int64)
  case text(String)
  case bytes([UInt8])

  /// Texts are equal byte by byte, because row hashes cover bytes.
  public static func == (a: FieldValue, b: FieldValue) -> Bool {
    switch (a, b) {
    case (.int(let a), .int(let b)): a == b
    case (.text(let a), .text(let b)): ExactText(a) == ExactText(b)
    case (.bytes(let a), .bytes(let b)): a == b
    default: false
    }
  }
}

/// What kind of thing a row describes. Kinds are added, never renumbered.
public struct RowKind: Hashable, Comparable, Sendable, Codable {
  public let code: UInt8
  public init(code: UInt8) { self.code = code }
  /// A store's own position: how much of its journal the hub's state includes.
  public static let position = RowKind(code: 1)
  public static let member = RowKind(code: 2)
  public static let account = RowKind(code: 3)
  public static let holding = RowKind(code: 4)
  public static let coupon = RowKind(code: 5)
  public static let rulebook = RowKind(code: 6)
  public static let allowance = RowKind(code: 7)
  public static let result = RowKind(code: 8)
  public static func < (a: RowKind, b: RowKind) -> Bool { a.code < b.code }
  public init(from decoder: any Decoder) throws {
    code = try decoder.singleValueContainer().decode(UInt8.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(code)
  }
}

public struct RowKey: Hashable, Comparable, Sendable {
  public let kind: RowKind
  public let bytes: [UInt8]

  public init(kind: RowKind, bytes: [UInt8]) {
    self.kind = kind
    self.bytes = bytes
  }

  // All bytes at once: an array by itself hands them over one by one.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
  }

  public static func < (a: RowKey, b: RowKey) -> Bool {
    a.kind == b.kind ? a.bytes.lexicographicallyPrecedes(b.bytes) : a.kind < b.kind
  }
}

/// What happens to one row.
public struct RowChange: Hashable, Sendable {
  public enum Effect: UInt8, Sendable {
    /// The named fields take these values; a nil value takes the field away. A row that was not there begins.
    case update = 0
    /// The row is gone.
    case remove = 1
    /// The row is now exactly these fields.
    case replace = 2
  }

  public let key: RowKey
  public let effect: Effect
  /// In tag order, each tag once; of several for one tag the last stands.
  public let fields: [FieldChange]

  public init(key: RowKey, effect: Effect = .update, fields: [FieldChange]) {
    self.key = key
    self.effect = effect
    self.fields = RowChange.inTagOrder(fields)
  }

  static func isInTagOrder(_ fields: [FieldChange]) -> Bool {
    zip(fields, fields.dropFirst()).allSatisfy { $0.tag < $1.tag }
  }

  private static func inTagOrder(_ fields: [FieldChange]) -> [FieldChange] {
    if isInTagOrder(fields) { return fields }
    var byTag: [UInt32: FieldChange] = [:]
    for field in fields { byTag[field.tag] = field }
    return byTag.values.sorted { $0.tag < $1.tag }
  }
}

public struct FieldChange: Hashable, Sendable, Codable {
  public let tag: UInt32
  public let value: FieldValue?

  public init(tag: UInt32, value: FieldValue?) {
    self.tag = tag
    self.value = value
  }
}
