import Curl
import Foundation
import Loyalty
import RulebookFiles
import Seeds
import SyncProtocol

/// Files of this package that people start from.
enum ShippedFiles {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static let rulebooks = [
    "deploy/rulebooks/supermarket.yaml", "deploy/rulebooks/fashion.yaml", "deploy/rulebooks/club.yaml",
    "docs/examples/rulebook.json", "deploy/demo/rulebook.json",
  ]

  /// Coupon templates by their names, which are those of the files.
  static func templates() throws -> [String: WrittenDocument] {
    let folder = "deploy/rulebooks/templates"
    let names = try FileManager.default.contentsOfDirectory(
      atPath: root.appendingPathComponent(folder).path)
    return try Dictionary(
      uniqueKeysWithValues: names.map {
        (String($0.dropLast(".yaml".count)), try document("\(folder)/\($0)"))
      })
  }

  static func document(_ path: String) throws -> WrittenDocument {
    try WrittenDocument([UInt8](Data(contentsOf: root.appendingPathComponent(path))))
  }

  static func rulebook(_ path: String) throws -> Rulebook {
    try Rulebook.decode(document(path).value.encoded())
  }

  /// The texts of a folder's sources.
  static func sources(in folder: String) throws -> [String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)
    return try names.sorted().filter { $0.hasSuffix(".swift") }.map { try text("\(folder)/\($0)") }
  }

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }
}

extension Samples {
  /// With every section there is; the samples of pricing leave some out.
  mutating func wholeRulebook() -> Rulebook {
    var rulebook = rulebook()
    rulebook.programs = programs()
    rulebook.programs.memberships = rulebook.tiers == nil ? [] : rulebook.programs.memberships
    rulebook.expiryNoticeDays = list(0...3) { Int($0.number(1...366)) }
    rulebook.points = PointsPolicies(
      restore: flag() ? .stayExpired : .grace(days: Int(number(1...366))),
      shortage: oneOf([.debt, .loss, .debtUpTo(Points(amount(upTo: 10_000)))]))
    rulebook.offline = offline(paying: rulebook.pointsPayment != nil)
    rulebook.classes = maybe { $0.classes(upTo: 400) }
    if flag() {
      rulebook.tiers?.window = oneOf([
        .rolling(months: 12), .anniversary, .rolling(months: 3), .calendarYear, .lifetime,
      ])
      rulebook.tiers?.graceDays = Int(number(0...180))
      rulebook.tiers?.upgrade = oneOf(TierScheme.Upgrade.allCases)
      rulebook.tiers?.downgrade = oneOf(TierScheme.Downgrade.allCases)
      rulebook.tiers?.returns = oneOf(TierScheme.Returns.allCases)
    }
    return rulebook
  }

  private mutating func offline(paying: Bool) -> OfflinePolicy {
    if flag() { return paying && flag() ? OfflinePolicy(points: .online) : .held }
    return OfflinePolicy(
      points: paying ? oneOf(OfflinePolicy.Spending.allCases) : .held,
      perMemberDay: Money(1 + amount(upTo: RuleLimits.riskMinorUnits - 1)),
      perStoreOutage: Money(1 + amount(upTo: RuleLimits.riskMinorUnits - 1)))
  }
}
