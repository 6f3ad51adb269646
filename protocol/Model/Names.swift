/// A node that writes: 0 is the hub, every store's agent has its own number, given by the hub.
public struct NodeID: Hashable, Comparable, Sendable, Codable {
  public let number: UInt32
  public init(_ number: UInt32) { self.number = number }
  public static let hub = NodeID(0)
  public static func < (a: NodeID, b: NodeID) -> Bool { a.number < b.number }
  public init(from decoder: any Decoder) throws {
    number = try decoder.singleValueContainer().decode(UInt32.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(number)
  }
}

/// What people call a store: `S001`. Letters, digits, `-` and `_`.
public struct StoreCode: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  public let text: String
  public init?(_ text: String) {
    let fits = text.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 45
        || byte == 95
    }
    guard !text.isEmpty, text.utf8.count <= Limits.tokenLength, fits else { return nil }
    self.text = text
  }
  public var description: String { text }
  public static func < (a: StoreCode, b: StoreCode) -> Bool { a.text < b.text }
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let code = StoreCode(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a store code is 1–64 letters, digits, '-' or '_'")
    }
    self = code
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

/// Positions fit a signed 64-bit number with room for the next, because databases hold them as that.
enum Position {
  static func isValid(_ number: UInt64) -> Bool { number < UInt64(Int64.max) }

  static func decode(from decoder: any Decoder) throws -> UInt64 {
    let container = try decoder.singleValueContainer()
    let number = try container.decode(UInt64.self)
    guard isValid(number) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "a position is under 2^63 - 1")
    }
    return number
  }
}

/// Position in one node's journal; the first entry is 1, without gaps.
public struct JournalSeq: Hashable, Comparable, Sendable, Codable {
  public var number: UInt64
  public init(_ number: UInt64) { self.number = number }
  public static let none = JournalSeq(0)
  public var next: JournalSeq { JournalSeq(number + 1) }
  public static func < (a: JournalSeq, b: JournalSeq) -> Bool { a.number < b.number }
  public init(from decoder: any Decoder) throws {
    number = try Position.decode(from: decoder)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(number)
  }
}

/// Position in the hub's feed of changes; the first is 1, without gaps.
public struct HubSeq: Hashable, Comparable, Sendable, Codable {
  public var number: UInt64
  public init(_ number: UInt64) { self.number = number }
  public static let none = HubSeq(0)
  public var next: HubSeq { HubSeq(number + 1) }
  public static func < (a: HubSeq, b: HubSeq) -> Bool { a.number < b.number }
  public init(from decoder: any Decoder) throws {
    number = try Position.decode(from: decoder)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(number)
  }
}

/// A group of rows that travels together: a region of members, the rulebook, or one store's own.
public struct Partition: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  public let name: String
  public init(_ name: String) { self.name = name }
  public static let rulebook = Partition("rulebook")
  public static func region(_ region: String) -> Partition { Partition("region/\(region)") }
  public var isRegion: Bool { name.hasPrefix("region/") }
  public static func own(_ node: NodeID) -> Partition { Partition("store/\(node.number)") }
  public var description: String { name }
  public static func < (a: Partition, b: Partition) -> Bool { a.name < b.name }
  public init(from decoder: any Decoder) throws {
    name = try decoder.singleValueContainer().decode(String.self)
  }
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(name)
  }
}
