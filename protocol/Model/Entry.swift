/// One thing that happened at a store, in its journal's order.
public struct Entry: Hashable, Sendable, Codable {
  public let seq: JournalSeq
  public let time: HybridTime
  public let body: EntryBody

  public init(seq: JournalSeq, time: HybridTime, body: EntryBody) {
    self.seq = seq
    self.time = time
    self.body = body
  }
}

public enum EntryBody: Hashable, Sendable {
  case enrolment(Enrolment)
  case profile(ProfileChange)
  case sale(Sale)
  case saleReturn(SaleReturn)
  case checkIn(CheckIn)
  case release(Release)
  case order(PlacedOrder)
  case orderClose(ClosedOrder)
  case participation(Participation)
  case prize(PrizeDrawn)

  /// The member whose order of events this entry belongs to, if it has one.
  public var member: MemberID? {
    switch self {
    case .enrolment(let enrolment): enrolment.member
    case .profile(let change): change.member
    case .sale(let sale): sale.member
    case .saleReturn(let back): back.member
    case .checkIn(let checkIn): checkIn.member
    case .release: nil
    case .order(let order): order.member
    case .orderClose(let close): close.member
    case .participation(let part): part.member
    case .prize(let prize): prize.member
    }
  }

  /// What caused its movements: the reference, or the order that it closes.
  public var cause: [UInt8]? {
    if case .orderClose(let close) = self { close.order.bytes } else { reference }
  }

  /// The id the till knows the entry by; sending it again finds the entry.
  public var reference: [UInt8]? {
    switch self {
    case .enrolment(let enrolment): enrolment.member.bytes
    case .sale(let sale): sale.id.bytes
    case .saleReturn(let back): back.id.bytes
    case .checkIn(let checkIn): checkIn.id.bytes
    case .order(let order): order.id.bytes
    case .participation(let part): part.id.bytes
    case .prize(let prize): prize.id.bytes
    case .profile, .release, .orderClose: nil
    }
  }
}

/// A person becomes a member at a till.
public struct Enrolment: Hashable, Sendable, Codable {
  public let member: MemberID
  public let businessTime: Timestamp
  public let channel: String
  public let registers: [Register]
  /// The member who recommended joining 推荐人.
  public let referrer: MemberID?
  public let requestDigest: UInt64

  public init(
    member: MemberID, businessTime: Timestamp, channel: String, registers: [Register],
    referrer: MemberID? = nil, requestDigest: UInt64
  ) {
    self.member = member
    self.businessTime = businessTime
    self.channel = channel
    self.registers = registers
    self.referrer = referrer
    self.requestDigest = requestDigest
  }
}

/// Some of a member's registers are written anew.
public struct ProfileChange: Hashable, Sendable, Codable {
  public let member: MemberID
  public let registers: [Register]

  public init(member: MemberID, registers: [Register]) {
    self.member = member
    self.registers = registers
  }
}

/// A quantity of one line of a sale came back.
public struct ReturnedLine: Hashable, Sendable, Codable {
  /// Index of the line in the sale, from 0.
  public let line: Int
  public let quantity: Quantity

  public init(line: Int, quantity: Quantity) {
    self.line = line
    self.quantity = quantity
  }
}

/// Goods of a sale come back: what is refunded, given back and clawed back 扣回.
public struct SaleReturn: Hashable, Sendable, Codable {
  public let id: ReturnID
  public let sale: SaleID
  public let businessTime: Timestamp
  public let member: MemberID?
  /// The whole sale is undone, on the day it was made.
  public let isVoid: Bool
  public let lines: [ReturnedLine]
  /// What came back was sold for, after discounts; and the money that goes back to the customer.
  public let net: Money
  public let refund: Money
  public let restored: [LotAmount]
  public let clawedBack: [LotAmount]
  /// Points to claw back that this store did not hold: owed by the member, or written off by the rulebook.
  public let debt: Points
  public let loss: Points
  public let coupons: [CouponID]
  public let requestDigest: UInt64
  /// Growth value taken back.
  public let growth: Int64
  /// The store did not know the sale: it paid `refund` back, and headquarters works out the rest.
  public let isUnresolved: Bool

  public init(
    id: ReturnID, sale: SaleID, businessTime: Timestamp, member: MemberID?, isVoid: Bool,
    lines: [ReturnedLine],
    net: Money, refund: Money, restored: [LotAmount], clawedBack: [LotAmount], debt: Points,
    loss: Points = .zero, coupons: [CouponID], requestDigest: UInt64, growth: Int64 = 0,
    isUnresolved: Bool = false
  ) {
    self.id = id
    self.sale = sale
    self.businessTime = businessTime
    self.member = member
    self.isVoid = isVoid
    self.lines = lines
    self.net = net
    self.refund = refund
    self.restored = restored
    self.clawedBack = clawedBack
    self.debt = debt
    self.loss = loss
    self.coupons = coupons
    self.requestDigest = requestDigest
    self.growth = growth
    self.isUnresolved = isUnresolved
  }
}

/// A member was here 签到, and may earn for it.
public struct CheckIn: Hashable, Sendable, Codable {
  public let id: CheckInID
  public let member: MemberID
  public let businessTime: Timestamp
  public let rulebook: Int64
  public let earned: Points
  public let earnedLot: LotKey

  public init(
    id: CheckInID, member: MemberID, businessTime: Timestamp, rulebook: Int64, earned: Points,
    earnedLot: LotKey
  ) {
    self.id = id
    self.member = member
    self.businessTime = businessTime
    self.rulebook = rulebook
    self.earned = earned
    self.earnedLot = earnedLot
  }
}

/// The store gives allowances back to the hub that it does not need.
public struct Release: Hashable, Sendable, Codable {
  public let points: [LotAmount]
  public let coupons: [CouponID]
  public let allowances: [AllowanceUse]

  public init(points: [LotAmount], coupons: [CouponID], allowances: [AllowanceUse] = []) {
    self.points = points
    self.coupons = coupons
    self.allowances = allowances
  }
}
