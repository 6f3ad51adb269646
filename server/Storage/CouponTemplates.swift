import Foundation
import Loyalty
import ServerCore
import Storage
import SyncProtocol

/// A template as the hub keeps it, with how many coupons have been issued from it, codes among them.
struct StoredTemplate {
  let name: String
  var template: CouponTemplate
  var issued: Int64
  /// Terms as they were last frozen, with their bytes: all of one transaction are alike.
  private var frozen: (terms: CouponTerms, bytes: [UInt8])?

  init(name: String, template: CouponTemplate, issued: Int64) {
    self.name = name
    self.template = template
    self.issued = issued
  }

  mutating func bytes(of terms: CouponTerms) throws -> [UInt8] {
    if let frozen, frozen.terms == terms { return frozen.bytes }
    let bytes = try terms.encoded()
    frozen = (terms, bytes)
    return bytes
  }
}

/// What became of the coupons of a template.
public struct TemplateCounts: Hashable, Sendable, Codable {
  /// Coupons and codes that have ever been issued.
  public var issued: Int64 = 0
  /// Codes that no member has claimed.
  public var unclaimed: Int64 = 0
  public var redeemed: Int64 = 0
  public var expired: Int64 = 0
  public var voided: Int64 = 0
  /// How many may still be issued; nil without a stock.
  public var left: Int64?
}

public struct TemplateStatus: Sendable {
  public let name: String
  public let template: CouponTemplate
  public let counts: TemplateCounts
}

extension HubTransaction {
  /// The same again changes nothing, whatever its state has become since.
  public func addTemplate(_ name: String, _ template: CouponTemplate) throws {
    guard (1...Limits.tokenLength).contains(name.utf8.count) else {
      throw HubFault.invalid(field: "template", reason: "is a name of 1 to \(Limits.tokenLength) bytes")
    }
    // A group may come with the rulebook that names the template: neither has to be first.
    if let fault = template.faults().first {
      throw HubFault.invalid(field: fault.path, reason: fault.reason)
    }
    if let gift = template.terms.giftSku, try !isCounted(AllowanceName.gift(gift)) {
      // Stores give gifts of what they hold: of one that nobody counts they would hold none.
      throw HubFault.invalid(
        field: "terms.giftSku", reason: "has a stock: set it first by patron allowances set gift/<sku>")
    }
    guard template.state != .ended else {
      throw HubFault.invalid(field: "state", reason: "is not ended to begin with")
    }
    let bytes = try template.terms.encoded()
    // Days after issue become a time in the terms.
    guard bytes.count + (template.validDays == nil ? 0 : 48) <= Limits.termsBytes else {
      throw HubFault.invalid(field: "terms", reason: "has at most \(Limits.termsBytes) bytes as JSON")
    }
    if let known = try storedTemplate(name) {
      guard known.template.isSame(as: template) else { throw HubFault.templateExists }
      return
    }
    try db.run(
      """
      INSERT INTO coupon_templates (template, terms, created_ms, state, stock, per_member, valid_days,
        transferable)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        name, bytes, nowMs, template.state.rawValue, template.stock, template.perMember, template.validDays,
        template.transferable,
      ])
  }

  /// To the state it has already, nothing changes.
  public func changeTemplate(_ name: String, to state: CouponTemplate.State) throws {
    var stored = try requireTemplate(name)
    if stored.template.state == state { return }
    do { try stored.template.change(to: state) } catch { throw CouponFault.issue(error) }
    try db.run("UPDATE coupon_templates SET state = ? WHERE template = ?", [state.rawValue, name])
  }

  func isTemplate(_ name: String) throws -> Bool {
    try !db.rows("SELECT 1 FROM coupon_templates WHERE template = ?", [name]).isEmpty
  }

  func requireTemplate(_ name: String) throws -> StoredTemplate {
    guard let stored = try storedTemplate(name) else { throw HubFault.unknownTemplate }
    return stored
  }

  func storedTemplate(_ name: String) throws -> StoredTemplate? {
    try db.rows("\(Self.templateColumns) WHERE template = ?", [name]).first.map {
      try StoredTemplate(row: $0)
    }
  }

  static let templateColumns = """
    SELECT template, terms, state, stock, per_member, valid_days, transferable, issued FROM coupon_templates
    """

  func addIssued(_ count: Int64, to template: String) throws {
    guard count > 0 else { return }
    try db.run("UPDATE coupon_templates SET issued = issued + ? WHERE template = ?", [count, template])
  }

  /// Coupons of the template that a person was issued, over all records that were merged; what was handed on
  /// to them is not counted (law C2).
  func issuedCount(of template: String, to root: MemberID) throws -> Int64 {
    try group(of: root).reduce(0) { sum, record in
      try sum
        + (db.rows(
          "SELECT count(*) FROM coupons WHERE member = ? AND template = ? AND origin IS NULL",
          [record.bytes, template]
        ).first?[0] ?? 0)
    }
  }
}

extension CouponTemplate {
  fileprivate func isSame(as other: CouponTemplate) -> Bool {
    terms == other.terms && stock == other.stock && perMember == other.perMember
      && validDays == other.validDays && transferable == other.transferable
  }
}

extension StoredTemplate {
  /// From `templateColumns`.
  init(row: SQLRow) throws {
    let perMember: Int64? = row[4]
    let validDays: Int64? = row[5]
    self.init(
      name: row[0],
      template: CouponTemplate(
        terms: try CouponTerms.decode(row[1]), stock: row[3], perMember: perMember.map { Int($0) },
        state: CouponTemplate.State(rawValue: row[2]) ?? .paused, validDays: validDays.map { Int($0) },
        transferable: row[6] as Int64 != 0),
      issued: row[7])
  }
}

extension HubStore {
  public func template(_ name: String) throws -> TemplateStatus {
    guard let status = try templates(only: name).first else { throw HubFault.unknownTemplate }
    return status
  }

  /// In order of name, each with what became of its coupons.
  public func templates(only name: String? = nil) throws -> [TemplateStatus] {
    try reading { reader in
      let rows = try reader.db.rows(
        "\(HubTransaction.templateColumns) WHERE template = coalesce(?, template) ORDER BY template", [name])
      var counts = try reader.endCounts(of: name)
      for (template, number) in try reader.codeCounts(of: name) {
        counts[template, default: TemplateCounts()].unclaimed += number.unclaimed
        counts[template, default: TemplateCounts()].voided += number.voided
      }
      let now = Timestamp(ms: environment.nowMs())
      return try rows.map { row in
        let stored = try StoredTemplate(row: row)
        var count = counts[stored.name] ?? TemplateCounts()
        count.issued = stored.issued
        count.left = stored.template.stock.map { max(0, $0 - stored.issued) }
        if let until = stored.template.terms.expiresAt, until <= now {
          // Nobody can claim these any more.
          count.expired += count.unclaimed
          count.unclaimed = 0
        }
        return TemplateStatus(name: stored.name, template: stored.template, counts: count)
      }
    }
  }
}

extension HubTransaction {
  fileprivate func endCounts(of name: String?) throws -> [String: TemplateCounts] {
    var counts: [String: TemplateCounts] = [:]
    let rows = try db.rows(
      """
      SELECT template, state, ended, count(*) FROM coupons WHERE template = coalesce(?, template)
      GROUP BY template, state, ended
      """, [name])
    for row in rows {
      let number: Int64 = row[3]
      switch (row[1] as Int64, row[2] as String?) {
      case (1, _): counts[row[0], default: TemplateCounts()].redeemed += number
      case (2, nil): counts[row[0], default: TemplateCounts()].voided += number
      case (0, "expired"): counts[row[0], default: TemplateCounts()].expired += number
      default: break
      }
    }
    return counts
  }

  /// Codes that nobody claimed, by template.
  fileprivate func codeCounts(of name: String?) throws -> [String: (unclaimed: Int64, voided: Int64)] {
    var counts: [String: (unclaimed: Int64, voided: Int64)] = [:]
    let rows = try db.rows(
      """
      SELECT template, sum((done - claimed - withdrawn) * (1 - voided)),
        sum(withdrawn + (done - claimed - withdrawn) * voided)
      FROM coupon_issues WHERE audience = ? AND template = coalesce(?, template) GROUP BY template
      """, [CouponIssueOrder.Audience.codes.rawValue, name])
    for row in rows { counts[row[0]] = (row[1], row[2]) }
    return counts
  }
}
