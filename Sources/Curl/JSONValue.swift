import Foundation

/// Any JSON, for callers that want to look at an answer without a type for it.
///
/// Reading something that is not there gives `.null`, so that `answer.member.balance.integer` is nil
/// rather than a trap.
@dynamicMemberLookup
public enum JSONValue: Hashable, Sendable {
  case object([String: JSONValue])
  case array([JSONValue])
  case string(String)
  case integer(Int64)
  /// A number that is not an `Int64`, as its decimal text: a Double would round money.
  case decimal(String)
  case bool(Bool)
  case null

  /// The member named `key`, or null.
  public subscript(key: String) -> JSONValue {
    if case .object(let members) = self { members[key] ?? .null } else { .null }
  }

  /// The element at `index`, or null.
  public subscript(index: Int) -> JSONValue {
    if case .array(let values) = self, values.indices.contains(index) { values[index] } else { .null }
  }

  /// The member named by the property.
  public subscript(dynamicMember key: String) -> JSONValue { self[key] }

  /// The text, if this is a string.
  public var stringValue: String? { if case .string(let text) = self { text } else { nil } }
  /// The number, if this is a whole one.
  public var integerValue: Int64? { if case .integer(let number) = self { number } else { nil } }
  /// The truth, if this is one.
  public var boolValue: Bool? { if case .bool(let truth) = self { truth } else { nil } }
  /// The elements; none if this is not an array.
  public var elements: [JSONValue] { if case .array(let values) = self { values } else { [] } }
  /// The members; none if this is not an object.
  public var members: [String: JSONValue] { if case .object(let members) = self { members } else { [:] } }
  /// Whether this is null or was not there.
  public var isNull: Bool { self == .null }
}

extension JSONValue: Codable {
  public init(from decoder: any Decoder) throws {
    let single = try decoder.singleValueContainer()
    if single.decodeNil() {
      self = .null
    } else if let truth = try? single.decode(Bool.self) {
      self = .bool(truth)
    } else if let number = try? single.decode(Int64.self) {
      self = .integer(number)
    } else if let text = try? single.decode(String.self) {
      self = .string(text)
    } else if let values = try? single.decode([JSONValue].self) {
      self = .array(values)
    } else if let members = try? single.decode([String: JSONValue].self) {
      self = .object(members)
    } else {
      self = .decimal(try single.decode(Decimal.self).description)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var single = encoder.singleValueContainer()
    switch self {
    case .object(let members): try single.encode(members)
    case .array(let values): try single.encode(values)
    case .string(let text): try single.encode(text)
    case .integer(let number): try single.encode(number)
    case .bool(let truth): try single.encode(truth)
    case .null: try single.encodeNil()
    case .decimal(let text):
      guard let number = Decimal(string: text, locale: Locale(identifier: "en_US_POSIX")) else {
        throw EncodingError.invalidValue(
          text, .init(codingPath: encoder.codingPath, debugDescription: "not a decimal number"))
      }
      try single.encode(number)
    }
  }
}

extension JSONValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral, ExpressibleByStringLiteral,
  ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByNilLiteral
{
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(elements) { _, last in last })
  }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(nilLiteral: ()) { self = .null }
}

extension JSONValue {
  /// Reads a JSON text.
  public init(parsing bytes: [UInt8]) throws {
    self = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
  }

  /// The JSON text with its keys in order, so that equal values have equal bytes.
  public func encoded() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(self))
  }
}
