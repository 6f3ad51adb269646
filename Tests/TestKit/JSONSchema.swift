import Curl
import Foundation

/// The part of JSON Schema (2020-12) that our files use. A keyword that is not of this part is a
/// complaint too: a misspelt one would check nothing.
public struct JSONSchema: Sendable {
  /// The document in which `$ref` is looked up.
  let document: JSONValue

  public init(document: JSONValue) { self.document = document }

  private static let keywords: Set<String> = [
    "$ref", "type", "required", "properties", "additionalProperties", "items", "enum", "format", "pattern",
    "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
    "description", "default", "example", "$schema", "$id", "$defs", "const", "oneOf",
  ]

  /// What is wrong with `value`, each with the path to it; empty when it fits.
  public func complaints(_ value: JSONValue, _ schema: JSONValue, at path: String = "$") -> [String] {
    if let reference = schema["$ref"].stringValue {
      guard let target = resolved(reference) else { return ["\(path): nothing at \(reference)"] }
      return complaints(value, target, at: path)
    }
    let unknown = schema.members.keys.filter { !Self.keywords.contains($0) }.sorted()
    if !unknown.isEmpty || schema.members.isEmpty { return ["\(path): schema says \(unknown)"] }
    let types = schema["type"].stringValue.map { [$0] } ?? schema["type"].elements.compactMap(\.stringValue)
    guard types.isEmpty || types.contains(where: { Self.isOfType(value, $0) }) else {
      return ["\(path): \(Self.text(value)) is not of type \(types.joined(separator: " or "))"]
    }
    var found: [String] = []
    let allowed = schema["enum"].elements
    if !allowed.isEmpty, !allowed.contains(value) {
      found.append("\(path): \(Self.text(value)) is not listed")
    }
    let constant = schema["const"]
    if !constant.isNull, constant != value { found.append("\(path): \(Self.text(value)) is another word") }
    let cases = schema["oneOf"].elements.map { complaints(value, $0, at: path) }
    if !cases.isEmpty, cases.count(where: \.isEmpty) != 1 {
      let nearest = cases.min { $0.count < $1.count } ?? []
      found.append("\(path): fits \(cases.count(where: \.isEmpty)) of the cases; \(nearest)")
    }
    switch value {
    case .object(let members): found += objectComplaints(members, schema, path)
    case .array(let values): found += arrayComplaints(values, schema, path)
    case .string(let text): found += textComplaints(text, schema, path)
    case .integer, .decimal: found += numberComplaints(value, schema, path)
    case .bool, .null: break
    }
    return found
  }

  public func resolved(_ reference: String) -> JSONValue? {
    guard reference.hasPrefix("#/") else { return nil }
    let target = reference.dropFirst(2).split(separator: "/").reduce(document) { $0[String($1)] }
    return target.isNull ? nil : target
  }

  private func objectComplaints(_ members: [String: JSONValue], _ schema: JSONValue, _ path: String)
    -> [String]
  {
    var found: [String] = []
    for name in schema["required"].elements.compactMap(\.stringValue) where members[name] == nil {
      found.append("\(path): \(name) is missing")
    }
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      let property = schema["properties"][name]
      let other = schema["additionalProperties"]
      if !property.isNull {
        found += complaints(value, property, at: "\(path).\(name)")
      } else if other.boolValue == false {
        found.append("\(path): \(name) is not in the schema")
      } else if case .object = other {
        found += complaints(value, other, at: "\(path).\(name)")
      }
    }
    found += countComplaints(members.count, schema, "Properties", path)
    return found
  }

  private func arrayComplaints(_ values: [JSONValue], _ schema: JSONValue, _ path: String) -> [String] {
    let items = schema["items"]
    var found = countComplaints(values.count, schema, "Items", path)
    guard !items.isNull else { return found }
    for (index, value) in values.enumerated() { found += complaints(value, items, at: "\(path)[\(index)]") }
    return found
  }

  private func textComplaints(_ text: String, _ schema: JSONValue, _ path: String) -> [String] {
    var found = countComplaints(text.count, schema, "Length", path)
    let pattern = schema["pattern"].stringValue ?? Self.formats[schema["format"].stringValue ?? ""]
    if let pattern, text.range(of: pattern, options: .regularExpression) == nil {
      found.append("\(path): \"\(text.prefix(60))\" does not fit \(pattern)")
    }
    return found
  }

  private func numberComplaints(_ value: JSONValue, _ schema: JSONValue, _ path: String) -> [String] {
    guard let number = Self.decimal(value) else { return ["\(path): \(Self.text(value)) is no number"] }
    var found: [String] = []
    if let least = Self.decimal(schema["minimum"]), number < least {
      found.append("\(path): \(number) < \(least)")
    }
    if let most = Self.decimal(schema["maximum"]), number > most {
      found.append("\(path): \(number) > \(most)")
    }
    return found
  }

  private func countComplaints(_ count: Int, _ schema: JSONValue, _ what: String, _ path: String) -> [String]
  {
    var found: [String] = []
    if let least = schema["min\(what)"].integerValue, count < least { found.append("\(path): too few") }
    if let most = schema["max\(what)"].integerValue, count > most { found.append("\(path): too many") }
    return found
  }

  private static let formats = [
    "uuid": "^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$",
    "date-time": "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)$",
    "date": "^\\d{4,7}-\\d\\d-\\d\\d$",
  ]

  private static func isOfType(_ value: JSONValue, _ type: String) -> Bool {
    switch (type, value) {
    case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool), ("null", .null),
      ("integer", .integer), ("number", .integer), ("number", .decimal):
      true
    // A whole number beyond Int64, such as a hash of 64 bits.
    case ("integer", .decimal(let text)): text.utf8.allSatisfy { (48...57).contains($0) || $0 == 45 }
    default: false
    }
  }

  private static func decimal(_ value: JSONValue) -> Decimal? {
    switch value {
    case .integer(let number): Decimal(number)
    case .decimal(let text): Decimal(string: text, locale: Locale(identifier: "en_US_POSIX"))
    default: nil
    }
  }

  private static func text(_ value: JSONValue) -> String {
    String(decoding: ((try? value.encoded()) ?? []).prefix(80), as: UTF8.self)
  }
}
