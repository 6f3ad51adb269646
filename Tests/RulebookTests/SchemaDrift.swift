import Curl
import Loyalty
import Seeds
import SyncProtocol
import TestKit
import Testing

@testable import RulebookFiles

/// A field that only one of schema and code knows would be a rule that somebody wrote and nobody follows.
struct SchemaDrift {
  /// A value of a document, its form, and the way to it.
  private struct Visit {
    let owner: String
    let field: Form.Field
    let way: [JSONValue.Step]
    let value: JSONValue
  }

  private static func visits(_ value: JSONValue, _ form: Form, _ way: [JSONValue.Step] = []) -> [Visit] {
    switch form {
    case .list(let element, _):
      return value.elements.enumerated().flatMap { visits($1, element, way + [.index($0)]) }
    case .map(let element): return value.members.flatMap { visits($1, element, way + [.key($0)]) }
    case .record(let record): return visits(value, record.name, record.fields, way)
    case .variants(let variants):
      let kind = variants.cases.first { .string($0.value) == value[variants.key] }
      return visits(value, "\(variants.name).\(kind?.value ?? "?")", kind?.fields ?? [], way)
    default: return []
    }
  }

  private static func visits(
    _ value: JSONValue, _ owner: String, _ fields: [Form.Field], _ way: [JSONValue.Step]
  ) -> [Visit] {
    fields.flatMap { field -> [Visit] in
      guard let member = value.members[field.key] else { return [] }
      let place = way + [.key(field.key)]
      return [Visit(owner: owner, field: field, way: place, value: member)]
        + visits(member, field.form, place)
    }
  }

  /// Every name that the form has, as visits have them.
  private static func names(_ form: Form) -> Set<String> {
    func all(_ owner: String, _ fields: [Form.Field]) -> Set<String> {
      fields.reduce(into: []) { names, field in
        names.insert("\(owner).\(field.key)")
        names.formUnion(Self.names(field.form))
      }
    }
    switch form {
    case .list(let element, _), .map(let element): return names(element)
    case .record(let record): return all(record.name, record.fields)
    case .variants(let variants):
      return variants.cases.reduce(into: []) { $0.formUnion(all("\(variants.name).\($1.value)", $1.fields)) }
    default: return []
    }
  }

  /// The same kind of value, but another.
  private static func others(_ value: JSONValue, _ form: Form) -> [JSONValue] {
    switch (form, value) {
    case (.text(let count), .string(let text)):
      [.string(count.lowerBound == 3 ? "EUR" : String(text.dropFirst()) + "z")]
    case (.integer, .integer(let number)): [.integer(number == .max ? 0 : number + 1)]
    case (.flag, .bool(let truth)): [.bool(!truth)]
    case (.time, _): ["2001-01-01T00:00:00Z"]
    case (.clock, _): [value == "07:07" ? "08:08" : "07:07"]
    case (.choice(let choices), _): choices.map { .string($0.value) }.filter { $0 != value }
    default: []
    }
  }

  private static func documents() throws -> [JSONValue] {
    var documents = try ShippedFiles.rulebooks.map { try ShippedFiles.document($0).value }
    var samples = Samples(SplitMix64(seed: 7))
    for _ in 0..<40 { documents.append(try JSONValue(parsing: samples.wholeRulebook().encoded())) }
    return documents
  }

  private static func decoded(_ value: JSONValue) throws -> Rulebook { try Rulebook.decode(value.encoded()) }
  private static func decodedTerms(_ value: JSONValue) throws -> CouponTerms {
    try CouponTerms.decode(value.encoded())
  }

  private static func check<T: Hashable>(
    _ documents: [JSONValue], _ form: Form, _ schema: JSONValue, _ decode: (JSONValue) throws -> T
  ) throws {
    let validator = JSONSchema(document: schema)
    var unseen = names(form)
    var seen: [String: Int] = [:]
    for document in documents {
      let whole = try decode(document)
      for visit in visits(document, form) {
        let name = "\(visit.owner).\(visit.field.key)"
        unseen.remove(name)
        seen[name, default: 0] += 1
        // A few of each are enough, and each costs a reading of the whole.
        if seen[name, default: 0] > 8 { continue }
        let without = document.replacing(visit.way[...], with: nil)
        if visit.field.isRequired {
          #expect(!validator.complaints(without, schema).isEmpty, "schema without \(name)")
          #expect(!form.complaints(of: without).isEmpty, "form without \(name)")
          #expect(throws: DecodingError.self, "decoder without \(name)") { try decode(without) }
        } else {
          #expect(form.complaints(of: without).isEmpty, "form without \(name)")
          let isSame = try decode(without) == whole
          // Nothing was said that does not hold anyway.
          let isNothing = visit.value == visit.field.fallback
          #expect(isSame == isNothing, "\(name) is read")
          if let fallback = visit.field.fallback {
            let explicit = document.replacing(visit.way[...], with: fallback)
            let isDefault = try decode(explicit) == decode(without)
            #expect(isDefault, "\(name) is \(fallback) where it is left out")
          }
        }
        for other in others(visit.value, visit.field.form) {
          let changed = document.replacing(visit.way[...], with: other)
          let isSame = (try? decode(changed)).map { $0 == whole } ?? false
          #expect(!isSame, "\(name): \(visit.value) and \(other) read alike")
        }
      }
    }
    #expect(unseen.isEmpty, "no document of this test has \(unseen.sorted())")
  }

  @Test
  func `every field of a rulebook's schema is one that the rules read, and needed where it is required`()
    throws
  {
    try Self.check(Self.documents(), .rulebook, SchemaDocument.rulebook, Self.decoded)
  }

  @Test func `every field of the terms' schema is one that coupons read, and needed where it is required`()
    throws
  {
    var samples = Samples(SplitMix64(seed: 7))
    var documents = try ShippedFiles.templates().map(\.value.value)
    for _ in 0..<100 { documents.append(try JSONValue(parsing: samples.terms().encoded())) }
    try Self.check(documents, .couponTerms, SchemaDocument.couponTerms, Self.decodedTerms)
  }

  @Test func `every word of a closed list is one that the rules know`() throws {
    for document in try Self.documents() {
      for visit in Self.visits(document, .rulebook) {
        guard case .choice(let choices) = visit.field.form else { continue }
        for choice in choices {
          let changed = document.replacing(visit.way[...], with: .string(choice.value))
          #expect(throws: Never.self, "\(visit.owner).\(visit.field.key): \(choice.value)") {
            try Self.decoded(changed)
          }
        }
      }
    }
  }

  @Test func `every stored property of a rulebook has its field in the schema`() throws {
    let rulebook = try ShippedFiles.rulebook("deploy/rulebooks/supermarket.yaml")
    let programs = Mirror(reflecting: rulebook.programs).children.compactMap(\.label)
    let sections = Mirror(reflecting: rulebook).children.compactMap(\.label).filter { $0 != "programs" }
    #expect(Set(sections + programs) == Self.fields(.rulebook))
    let bonus = try #require(rulebook.programs.checkIns?.bonuses.first)
    let birthday = try #require(rulebook.programs.gifts?.birthday)
    let level = try #require(rulebook.tiers?.levels.first)
    let pairs: [(Any, Form)] = [
      (rulebook.earning[0], .earningRule), (rulebook.multipliers[0], .multiplier),
      (rulebook.bonuses[0], .bonus), (rulebook.earningCaps, .earningCaps), (rulebook.prices[0], .priceRule),
      (EarningTax(permille: 130), .earningTax), (Condition.always, .condition), (LineScope.all, .scope),
      (rulebook.promotions[0], .promotion),
      (rulebook.points, .pointsPolicies), (Reward(), .reward), (rulebook.programs.mall[0], .mallItem),
      (rulebook.programs.activities[0], .activity), (rulebook.programs.draws[0], .draw),
    ]
    for (value, form) in pairs {
      #expect(Set(Mirror(reflecting: value).children.compactMap(\.label)) == Self.fields(form))
    }
    let optional: [(Any?, Form)] = [
      (rulebook.pointsPayment, .pointsPayment), (rulebook.tiers, .tierScheme),
      (rulebook.programs.checkIns, .checkIns), (rulebook.programs.referral, .referral),
      (rulebook.programs.gifts, .gifts),
    ]
    for (value, form) in optional {
      let labels = Mirror(reflecting: try #require(value)).children.compactMap(\.label)
      #expect(Set(labels) == Self.fields(form))
    }
    #expect(Mirror(reflecting: level).children.count == 5)
    #expect(Mirror(reflecting: bonus).children.count == 2)
    #expect(Mirror(reflecting: birthday).children.count == 2)
    let terms = CouponTerms(kind: .exchange, name: Words(zh: "一", en: "one"), value: 0)
    #expect(Set(Mirror(reflecting: terms).children.compactMap(\.label)) == Self.fields(.couponTerms))
  }

  private static func fields(_ form: Form) -> Set<String> {
    guard case .record(let record) = form else { return [] }
    return Set(record.fields.map(\.key))
  }
}
