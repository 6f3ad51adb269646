/// A personal coupon as every store of the region sees it. Only the holder may redeem it; one whose terms say
/// `floorLimit` also a store that is cut off, at its own risk.
public struct CouponRow: Hashable, Sendable {
  public enum State: Int64, Hashable, Sendable, Codable {
    case issued = 0
    case redeemed = 1
    case voided = 2
  }

  public var member: MemberID
  public var code: String
  public var template: String
  /// The terms as they stood at issue, a JSON document of the loyalty library.
  public var terms: [UInt8]
  public var state: State
  /// The node that may redeem it; the hub when nobody else does.
  public var holder: NodeID
  /// The one store it may be redeemed at, where it waits whatever its member does; nil for any store.
  public var boundTo: NodeID?

  public init(
    member: MemberID, code: String, template: String, terms: [UInt8], state: State, holder: NodeID,
    boundTo: NodeID? = nil
  ) {
    self.member = member
    self.code = code
    self.template = template
    self.terms = terms
    self.state = state
    self.holder = holder
    self.boundTo = boundTo
  }

  enum Tag {
    static let member: UInt32 = 1
    static let code: UInt32 = 2
    static let template: UInt32 = 3
    static let terms: UInt32 = 4
    static let state: UInt32 = 5
    static let holder: UInt32 = 6
    static let boundTo: UInt32 = 7
  }

  /// Nil when the row lacks its member or has a state of a later version.
  public init?(_ fields: Fields) {
    guard let member = fields.bytes(Tag.member).flatMap({ MemberID(bytes: $0) }),
      let state = State(rawValue: fields.int(Tag.state) ?? 0)
    else { return nil }
    self.member = member
    self.state = state
    code = fields.text(Tag.code) ?? ""
    template = fields.text(Tag.template) ?? ""
    terms = fields.bytes(Tag.terms) ?? []
    holder = NodeID(UInt32(truncatingIfNeeded: fields.int(Tag.holder) ?? 0))
    boundTo = fields.int(Tag.boundTo).map { NodeID(UInt32(truncatingIfNeeded: $0)) }
  }

  public var fields: Fields {
    var out = Fields([
      Field(tag: Tag.member, value: .bytes(member.bytes)), Field(tag: Tag.code, value: .text(code)),
      Field(tag: Tag.template, value: .text(template)), Field(tag: Tag.terms, value: .bytes(terms)),
      Field(tag: Tag.state, value: .int(state.rawValue)),
      Field(tag: Tag.holder, value: .int(Int64(holder.number))),
    ])
    out[Tag.boundTo] = boundTo.map { .int(Int64($0.number)) }
    return out
  }
}
