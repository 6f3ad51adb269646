import Curl
import Foundation
import Loyalty
import Seeds
import SyncProtocol
import TestKit
import Testing

@testable import RulebookFiles

/// The JSON Schemas in `docs`, held against the decoders by a validator that knows nothing of the forms.
struct Schemas {
  private static let schema = JSONSchema(document: SchemaDocument.rulebook)
  private static let terms = JSONSchema(document: SchemaDocument.couponTerms)

  private static func complaints(_ value: JSONValue) -> [String] {
    schema.complaints(value, SchemaDocument.rulebook)
  }

  @Test func `the schemas in docs are what the commands print`() throws {
    for (file, schema, command) in [
      ("docs/rulebook.schema.json", SchemaDocument.rulebook, "patron rulebook schema"),
      ("docs/coupon-terms.schema.json", SchemaDocument.couponTerms, "patron coupons schema"),
    ] {
      let isSame = try ShippedFiles.text(file) == SchemaDocument.text(schema)
      #expect(isSame, "write it again: \(command) > \(file)")
    }
  }

  @Test func `every field of the schemas is described in Chinese and in English`() {
    func check(_ schema: JSONValue, _ path: String) {
      for (key, property) in schema.properties.members {
        let lines = property.description.stringValue?.split(separator: "\n") ?? []
        #expect(lines.count >= 2, "\(path).\(key)")
        let isChinese = lines.first?.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
        #expect(isChinese == true, "\(path).\(key)")
        check(property.items, "\(path).\(key)")
      }
      for one in schema.oneOf.elements { check(one, path) }
      for (name, definition) in schema["$defs"].members { check(definition, name) }
    }
    check(SchemaDocument.rulebook, "rulebook")
    check(SchemaDocument.couponTerms, "terms")
  }

  @Test(arguments: ShippedFiles.rulebooks) func `every example fits the schema`(path: String) throws {
    #expect(Self.complaints(try ShippedFiles.document(path).value).isEmpty)
  }

  @Test func `every template that is shipped fits the schema`() throws {
    for (name, document) in try ShippedFiles.templates() {
      #expect(Self.terms.complaints(document.value, SchemaDocument.couponTerms).isEmpty, "\(name)")
    }
  }

  @Test func `every rulebook that may be published fits the schema as it is written`() {
    forAll(250) { (samples: inout Samples) in
      let value = try JSONValue(parsing: samples.wholeRulebook().encoded())
      let terms = try JSONValue(parsing: samples.terms().encoded())
      return Self.complaints(value).isEmpty && Form.rulebook.complaints(of: value).isEmpty
        && Self.terms.complaints(terms, SchemaDocument.couponTerms).isEmpty
    }
  }

  @Test func `the hub's API file has the same fields`() throws {
    let file = try OpenAPIFile("server/HTTP/openapi.yaml").document
    let schemas = file.components.schemas
    let fields = Set(SchemaDocument.rulebook.properties.members.keys)
    #expect(Set(schemas["Rulebook"].properties.members.keys) == fields)
    #expect(Set(schemas["RulebookDraft"].properties.members.keys) == fields.subtracting(["version"]))
    #expect(
      Set(schemas["CouponTerms"].properties.members.keys)
        == Set(SchemaDocument.couponTerms.properties.members.keys))
    for (name, definition) in SchemaDocument.rulebook["$defs"].members {
      // Variants and the smallest objects stand in the file without a name of their own.
      let same = schemas[name].properties.members.keys
      if definition.oneOf.isNull, !same.isEmpty {
        #expect(Set(same) == Set(definition.properties.members.keys), "\(name)")
      }
    }
    let validator = JSONSchema(document: file)
    forAll(100) { (samples: inout Samples) in
      var rulebook = samples.wholeRulebook()
      rulebook.effectiveFrom = Samples.noon
      let value = try JSONValue(parsing: rulebook.encoded())
      let terms = try JSONValue(parsing: samples.terms().encoded())
      return validator.complaints(value, schemas["Rulebook"]).isEmpty
        && validator.complaints(terms, schemas["CouponTerms"]).isEmpty
    }
    for path in ShippedFiles.rulebooks {
      let value = try ShippedFiles.document(path).value
      #expect(validator.complaints(value, schemas["RulebookDraft"]).isEmpty, "\(path)")
    }
  }

  @Test func `the command and the schema refuse the same documents`() throws {
    let whole = try ShippedFiles.rulebooks.map { try ShippedFiles.document($0).value }
    forAll(300) { (random: inout SplitMix64) in
      var value = random.oneOf(whole)
      let places = value.places()
      for _ in 0..<random.number(1...2) {
        let wild: [JSONValue] = [
          .null, true, 0, -1, 1_000_001, .integer(.max), "", "x", [], [1], [:], ["x": 1], "18:00",
          "2026-01-01T00:00:00Z", "best",
        ]
        value = value.replacing(random.oneOf(places)[...], with: random.oneOf(wild))
      }
      return Self.complaints(value).isEmpty == Form.rulebook.complaints(of: value).isEmpty
    }
  }
}

extension JSONValue {
  enum Step: Hashable {
    case key(String)
    case index(Int)
  }

  /// The ways to all values in it.
  func places(_ way: [Step] = []) -> [[Step]] {
    switch self {
    case .object(let members): [way] + members.flatMap { $0.value.places(way + [.key($0.key)]) }
    case .array(let values): [way] + values.enumerated().flatMap { $1.places(way + [.index($0)]) }
    default: [way]
    }
  }

  /// The same with another value at a place; nil takes the member away.
  func replacing(_ way: ArraySlice<Step>, with value: JSONValue?) -> JSONValue {
    guard let step = way.first else { return value ?? .null }
    switch (self, step) {
    case (.object(var members), .key(let key)):
      let isLast = way.count == 1
      members[key] = isLast ? value : members[key]?.replacing(way.dropFirst(), with: value)
      return .object(members)
    case (.array(var values), .index(let index)) where values.indices.contains(index):
      values[index] = values[index].replacing(way.dropFirst(), with: value)
      return .array(values)
    default: return self
    }
  }
}
