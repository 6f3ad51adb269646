import Curl
import Foundation
import Loyalty

/// A form as a JSON Schema (draft 2020-12), for editors and for whoever checks documents by other means.
public enum SchemaDocument {
  public static let rulebook = document(.rulebook, id: "rulebook.schema.json")
  public static let couponTerms = document(.couponTerms, id: "coupon-terms.schema.json")

  /// The schema as it stands in `docs`.
  public static func text(_ schema: JSONValue) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return String(decoding: try encoder.encode(schema), as: UTF8.self) + "\n"
  }

  private static func document(_ form: Form, id: String) -> JSONValue {
    guard case .record(let record) = form else { return .null }
    var definitions: [String: JSONValue] = [:]
    var schema = object(record.fields, &definitions)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$id"] = .string(id)
    schema["description"] = .string("\(record.words.zh)\n\(record.words.en)")
    schema["$defs"] = .object(definitions)
    return .object(schema)
  }

  private static func object(_ fields: [Form.Field], _ definitions: inout [String: JSONValue])
    -> [String: JSONValue]
  {
    var properties: [String: JSONValue] = [:]
    for field in fields {
      var schema = schema(field.form, &definitions)
      schema["description"] = .string("\(field.words.zh)\n\(field.words.en)\(choices(field.form))")
      if let fallback = field.fallback { schema["default"] = fallback }
      properties[field.key] = .object(schema)
    }
    let required = fields.filter(\.isRequired).map { JSONValue.string($0.key) }
    var schema: [String: JSONValue] = [
      "type": "object", "additionalProperties": false, "properties": .object(properties),
    ]
    if !required.isEmpty { schema["required"] = .array(required) }
    return schema
  }

  private static func schema(_ form: Form, _ definitions: inout [String: JSONValue]) -> [String: JSONValue] {
    switch form {
    case .text(let count):
      return ["type": "string", "minLength": whole(count.lowerBound), "maxLength": whole(count.upperBound)]
    case .integer(_, let range):
      var schema: [String: JSONValue] = ["type": "integer", "minimum": .integer(range.lowerBound)]
      if range.upperBound < .max { schema["maximum"] = .integer(range.upperBound) }
      return schema
    case .flag: return ["type": "boolean"]
    case .time: return ["type": "string", "format": "date-time"]
    case .clock: return ["type": "string", "pattern": "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"]
    case .choice(let choices): return ["type": "string", "enum": .array(choices.map { .string($0.value) })]
    case .list(let form, let count):
      var list: [String: JSONValue] = ["type": "array", "items": .object(schema(form, &definitions))]
      if count.lowerBound > 0 { list["minItems"] = whole(count.lowerBound) }
      if count.upperBound < .max { list["maxItems"] = whole(count.upperBound) }
      return list
    case .map(let form):
      return [
        "type": "object", "minProperties": 1, "additionalProperties": .object(schema(form, &definitions)),
      ]
    case .record(let record):
      if definitions[record.name] == nil {
        var schema = object(record.fields, &definitions)
        schema["description"] = .string("\(record.words.zh)\n\(record.words.en)")
        definitions[record.name] = .object(schema)
      }
      return ["$ref": .string("#/$defs/\(record.name)")]
    case .variants(let variants):
      if definitions[variants.name] == nil {
        let cases = variants.cases.map { JSONValue.object(one(of: $0, by: variants, &definitions)) }
        definitions[variants.name] = [
          "description": .string("\(variants.words.zh)\n\(variants.words.en)"), "oneOf": .array(cases),
        ]
      }
      return ["$ref": .string("#/$defs/\(variants.name)")]
    }
  }

  private static func one(
    of variant: Form.Variant, by variants: Form.Variants, _ definitions: inout [String: JSONValue]
  ) -> [String: JSONValue] {
    let words = "\(variant.words.zh)\n\(variant.words.en)"
    var schema = object(variant.fields, &definitions)
    var properties = schema["properties"]?.members ?? [:]
    properties[variants.key] = ["const": .string(variant.value), "description": .string(words)]
    schema["properties"] = .object(properties)
    schema["required"] = .array([.string(variants.key)] + (schema["required"]?.elements ?? []))
    schema["description"] = .string(words)
    return schema
  }

  /// An editor shows the words of a closed list nowhere else.
  private static func choices(_ form: Form) -> String {
    guard case .choice(let choices) = form else { return "" }
    return choices.map { "\n\($0.value): \($0.words.zh) – \($0.words.en)" }.joined()
  }

  private static func whole(_ number: Int) -> JSONValue { .integer(Int64(number)) }
}
