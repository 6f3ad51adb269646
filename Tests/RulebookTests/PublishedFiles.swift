import Chain
import Curl
import Loyalty
import RulebookFiles
import Testing
import TestKit

/// The files that people start from, at a running hub.
@Suite struct PublishedFiles {
  @Test(arguments: ShippedFiles.rulebooks)
  func `a shipped rulebook is published as it stands, and with all it leaves out written out`(_ path: String)
    async throws
  {
    try await onItsOwnThread {
      let hub = try TestHub()
      _ = try hub.admin.post("/admin/v1/allowances", body: ["name": "gift/scarf", "total": 200])
      for (name, template) in try ShippedFiles.templates() {
        let whole = template.value.filled(.couponTerms)
        _ = try hub.admin.post(
          "/admin/v1/coupon-templates", body: ["template": .string(name), "terms": whole])
      }
      let document = try ShippedFiles.document(path).value
      let whole = document.filled(.rulebook)
      #expect(whole != document)
      let checked = try hub.admin.post("/admin/v1/rulebooks/check", body: whole).body
      #expect(try hub.publish(document) == checked)
    }
  }
}

extension JSONValue {
  /// With every field that has a value where it is left out.
  func filled(_ form: Form) -> JSONValue {
    func filled(_ members: [String: JSONValue], _ fields: [Form.Field]) -> JSONValue {
      var members = members
      for field in fields {
        if let value = members[field.key] ?? field.fallback { members[field.key] = value.filled(field.form) }
      }
      return .object(members)
    }
    switch (form, self) {
    case (.record(let record), .object(let members)): return filled(members, record.fields)
    case (.variants(let variants), .object(let members)):
      let variant = variants.cases.first { .string($0.value) == members[variants.key] }
      return filled(members, variant?.fields ?? [])
    case (.list(let element, _), .array(let values)): return .array(values.map { $0.filled(element) })
    case (.map(let element), .object(let members)):
      return .object(members.mapValues { $0.filled(element) })
    default: return self
    }
  }
}
