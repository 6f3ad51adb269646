import Loyalty
import ServerStorage
import SyncProtocol

/// Terms as a caller may write them: also what says nothing, such as `policy: held`.
struct TermsRequest: Codable {
  let terms: CouponTerms

  private enum Keys: String, CodingKey { case when, scope, withPromotions, policy }

  init(from decoder: any Decoder) throws { terms = try CouponTerms(from: decoder) }

  func encode(to encoder: any Encoder) throws {
    try terms.encode(to: encoder)
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(terms.when, forKey: .when)
    if terms.skus == nil, terms.categories == nil { try container.encode(terms.scope, forKey: .scope) }
    try container.encode(terms.withPromotions, forKey: .withPromotions)
    try container.encode(terms.policy, forKey: .policy)
  }
}

struct TemplateRequest: Codable {
  let template: String
  let terms: TermsRequest
  let stock: Int64?
  let perMember: Int?
  /// Active without one.
  let state: CouponTemplate.State?
  let validDays: Int?
  let transferable: Bool?

  var asTemplate: CouponTemplate {
    CouponTemplate(
      terms: terms.terms, stock: stock, perMember: perMember, state: state ?? .active, validDays: validDays,
      transferable: transferable ?? false)
  }
}

struct TemplateStateRequest: Codable { let state: CouponTemplate.State }

struct TemplateResponse: Codable {
  let template: String
  let terms: CouponTerms
  let words: Words
  /// What the rulebook in force lacks for it; nil where nothing is missing.
  let notice: Words?
  let stock: Int64?
  let perMember: Int?
  let state: CouponTemplate.State
  let validDays: Int?
  let transferable: Bool
  let counts: TemplateCounts

  init(_ status: TemplateStatus, words: Words, notice: Words?) {
    template = status.name
    (terms, self.words, self.notice) = (status.template.terms, words, notice)
    (stock, perMember) = (status.template.stock, status.template.perMember)
    (state, validDays) = (status.template.state, status.template.validDays)
    (transferable, counts) = (status.template.transferable, status.counts)
  }
}

struct TemplateList: Codable { let templates: [TemplateResponse] }

struct IssueRequest: Codable {
  let template: String
  let memberIds: [MemberID]
  /// Binds the coupons to one store.
  let store: StoreCode?
}

struct IssueResponse: Codable { let coupons: [IssuedCoupon] }
struct CouponIssueList: Codable { let issues: [CouponIssueStatus] }
struct CouponClaimRequest: Codable { let code: String }
struct ReasonRequest: Codable { let reason: String }

struct CouponTransferRequest: Codable {
  let toMemberId: MemberID
  let reason: String
}
