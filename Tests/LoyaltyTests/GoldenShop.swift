import Foundation
import Loyalty
import SyncProtocol

/// A shop of `Tests/Golden/shops.md`: its goods, and its rules by name, in the order of its tables.
struct GoldenShop {
  private struct Rule {
    let name: String
    /// The section of the rulebook it stands in, or `coupon`.
    let section: String
    let document: Any
  }

  private var rules: [Rule] = []
  private var categories: [String: String] = [:]

  private static let lists: Set<String> = [
    "earning", "earningTax", "multipliers", "bonuses", "prices", "promotions", "promotionGroups",
    "couponGroups", "mall",
    "memberships", "activities", "draws",
  ]

  /// Each `## name` begins a shop; a row of five cells is a rule, one of four an article.
  static func all(in text: String) throws -> [String: GoldenShop] {
    var shops: [String: GoldenShop] = [:]
    var name = ""
    for line in text.split(separator: "\n") {
      if line.hasPrefix("## ") { name = line.dropFirst(3).split(separator: " ").last.map(String.init) ?? "" }
      guard line.hasPrefix("| `") else { continue }
      let cells = line.split(separator: "|").map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: "` "))
      }
      if cells.count == 4 {
        shops[name, default: GoldenShop()].categories[cells[0]] = cells[3]
      } else if cells.count == 5 {
        shops[name, default: GoldenShop()].rules.append(try rule(cells))
      } else {
        throw GoldenFault("a row of four or five cells: \(line)")
      }
    }
    return shops
  }

  private static func rule(_ cells: [String]) throws -> Rule {
    let name = cells[0]
    guard
      let parsed = try? JSONSerialization.jsonObject(with: Data(cells[4].utf8), options: .fragmentsAllowed)
    else { throw GoldenFault("\(name): no JSON: \(cells[4])") }
    guard var document = parsed as? [String: Any] else {
      return Rule(name: name, section: cells[1], document: parsed)
    }
    // The row has told both already.
    document["id"] = name
    document["name"] = ["zh": cells[2], "en": cells[3]]
    return Rule(name: name, section: cells[1], document: document)
  }

  func category(of sku: String) throws -> String {
    guard let category = categories[sku] else { throw GoldenFault("the shop has no \(sku)") }
    return category
  }

  /// The rulebook that has the named rules, the groups they compete in, and nothing else.
  func rulebook(_ names: [String]) throws -> Rulebook {
    var book: [String: Any] = [
      "version": 1, "name": ["zh": "示例", "en": "Example"], "currency": "CNY", "utcOffsetMinutes": 480,
      "effectiveFrom": "2020-01-01T00:00:00+08:00", "earning": [Any](), "expiry": ["policy": "never"],
      "checkInPoints": 0, "holding": ["homePermille": 500, "lastStorePermille": 250],
    ]
    let strange = names.filter { name in !rules.contains { $0.name == name } }
    guard strange.isEmpty else {
      throw GoldenFault("the shop has no rule \(strange.joined(separator: ", "))")
    }
    for rule in rules where names.contains(rule.name) || rule.section.hasSuffix("Groups") {
      if rule.section == "coupon" { continue }
      if Self.lists.contains(rule.section) {
        book[rule.section] = (book[rule.section] as? [Any] ?? []) + [rule.document]
      } else {
        book[rule.section] = rule.document
      }
    }
    let rulebook = try Rulebook.decode([UInt8](try JSONSerialization.data(withJSONObject: book)))
    guard rulebook.faults().isEmpty else { throw GoldenFault("\(rulebook.faults())") }
    return rulebook
  }

  /// A coupon of the named terms. `five-off#2` is a second one of `five-off`.
  func coupon(_ code: String, isRisked: Bool = false) throws -> PresentedCoupon {
    let name = code.split(separator: "#").first.map(String.init) ?? code
    guard let rule = rules.first(where: { $0.name == name && $0.section == "coupon" }) else {
      throw GoldenFault("the shop has no coupon \(name)")
    }
    let terms = try CouponTerms.decode([UInt8](try JSONSerialization.data(withJSONObject: rule.document)))
    if let fault = terms.faults().first { throw GoldenFault("\(name): \(fault)") }
    return PresentedCoupon(id: CouponID(derivedFrom: code), code: code, terms: terms, isRisked: isRisked)
  }
}
