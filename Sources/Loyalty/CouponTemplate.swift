import SyncProtocol

/// What coupons are issued from 券模板: their terms, how many there are, and whether any may be issued now.
public struct CouponTemplate: Hashable, Sendable, Codable {
  public enum State: String, Hashable, Sendable, Codable, CaseIterable {
    case draft
    case approved
    /// Coupons may be issued.
    case active
    case paused
    /// For good; coupons that are out stay as they are.
    case ended

    /// The states it may change to.
    public var next: Set<State> {
      switch self {
      case .draft: [.approved, .ended]
      case .approved: [.active, .ended]
      case .active: [.paused, .ended]
      case .paused: [.active, .ended]
      case .ended: []
      }
    }
  }

  public var terms: CouponTerms
  /// The most that are issued in all 总量; nil has no end.
  public var stock: Int64?
  /// The most that one member is issued 每人限领.
  public var perMember: Int?
  public private(set) var state: State
  /// Valid for the rest of the day of issue and so many whole days after it 领取后 N 天有效.
  public var validDays: Int?
  /// Whether a member may hand one on 可转赠.
  public var transferable: Bool

  public init(
    terms: CouponTerms, stock: Int64? = nil, perMember: Int? = nil, state: State = .draft,
    validDays: Int? = nil, transferable: Bool = false
  ) {
    self.terms = terms
    self.stock = stock
    self.perMember = perMember
    self.state = state
    self.validDays = validDays
    self.transferable = transferable
  }

  private enum CodingKeys: String, CodingKey {
    case terms, stock, perMember, state, validDays, transferable
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      terms: try container.decode(CouponTerms.self, forKey: .terms),
      stock: try container.decodeIfPresent(Int64.self, forKey: .stock),
      perMember: try container.decodeIfPresent(Int.self, forKey: .perMember),
      state: try container.decodeIfPresent(State.self, forKey: .state) ?? .draft,
      validDays: try container.decodeIfPresent(Int.self, forKey: .validDays),
      transferable: try container.decodeIfPresent(Bool.self, forKey: .transferable) ?? false)
  }

  /// Changes the state where the way leads there.
  public mutating func change(to state: State) throws(CouponIssueFault) {
    guard self.state.next.contains(state) else { throw .stateChange(from: self.state, to: state) }
    self.state = state
  }

  /// Everything wrong with the template, with the path to each field.
  public func faults() -> [RulebookFault] {
    var faults = terms.faults().map {
      RulebookFault(path: "terms.\($0.path)", reason: $0.reason)
    }
    func require(_ holds: Bool, _ path: String, _ reason: String) {
      if !holds { faults.append(RulebookFault(path: path, reason: reason)) }
    }
    require(stock.map { $0 > 0 } ?? true, "stock", "is more than nothing")
    require(perMember.map { $0 > 0 } ?? true, "perMember", "is more than nothing")
    require(
      validDays.map { (0...Limits.expiryDays).contains($0) } ?? true, "validDays",
      "is from 0 to \(Limits.expiryDays)")
    return faults
  }

  /// The terms of `count` coupons issued to one member now, or why there are none (law C2). The counts so
  /// far are of this template, in all and of the member, whatever has become of the coupons since; they have
  /// to be read in the transaction that issues.
  public func issue(
    _ count: Int64, issued: Int64, ofMember: Int64, at time: Timestamp, utcOffsetMinutes: Int
  ) throws(CouponIssueFault) -> CouponTerms {
    if state != .active { throw .notActive(state) }
    guard (1...Int64(Limits.issuedCoupons)).contains(count) else { throw .count }
    // Differences of counts: no sum of what a caller says can overflow.
    if let stock, count > max(0, stock - max(0, issued)) {
      throw .outOfStock(left: max(0, stock - max(0, issued)))
    }
    if let perMember, count > max(0, Int64(perMember) - max(0, ofMember)) {
      throw .memberLimit(left: max(0, Int64(perMember) - max(0, ofMember)))
    }
    var terms = terms
    if let validDays {
      let day = time.day(utcOffsetMinutes: utcOffsetMinutes)
      let end = (Int64(day.number) + Int64(validDays) + 1) * 86_400_000 - Int64(utcOffsetMinutes) * 60_000
      terms = terms.expiring(at: Timestamp(ms: end))
    }
    if let until = terms.expiresAt, until <= time { throw .expired }
    return terms
  }
}

/// Why a template did not change or issue nothing; the codes are stable.
public enum CouponIssueFault: Error, Hashable, Sendable {
  case stateChange(from: CouponTemplate.State, to: CouponTemplate.State)
  case notActive(CouponTemplate.State)
  /// Nothing was asked for, or more than one issue may be.
  case count
  case outOfStock(left: Int64)
  case memberLimit(left: Int64)
  /// What would be issued could not be used any more.
  case expired

  public var code: String {
    switch self {
    case .stateChange: "template_state_change"
    case .notActive: "template_not_active"
    case .count: "coupon_issue_count"
    case .outOfStock: "coupon_out_of_stock"
    case .memberLimit: "coupon_member_limit"
    case .expired: "template_expired"
    }
  }
}
