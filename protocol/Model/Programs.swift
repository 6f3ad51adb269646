/// Goods handed out with a sale for nothing 赠品; they are no line of it.
public struct Gift: Hashable, Sendable, Codable {
  /// The promotion's id or the coupon's code.
  public let rule: String
  public let sku: String
  /// Pieces.
  public let count: Int

  public init(rule: String, sku: String, count: Int) {
    self.rule = rule
    self.sku = sku
    self.count = count
  }
}

/// What is taken of something scarce that a store holds: pieces of a gift, minor units of a budget.
public struct AllowanceUse: Hashable, Sendable, Codable {
  public let name: String
  public let amount: Int64

  public init(name: String, amount: Int64) {
    self.name = name
    self.amount = amount
  }
}

/// An order of the points mall 积分商城, with all that it took (law C6).
public struct PlacedOrder: Hashable, Sendable, Codable {
  public let id: MallOrderID
  public let member: MemberID
  /// The item's id.
  public let item: String
  /// Pieces.
  public let quantity: Int64
  public let businessTime: Timestamp
  public let rulebook: Int64
  public let spent: [LotAmount]
  public let stock: [AllowanceUse]
  /// Paid besides the points.
  public let money: Money
  public let requestDigest: UInt64

  public init(
    id: MallOrderID, member: MemberID, item: String, quantity: Int64, businessTime: Timestamp,
    rulebook: Int64, spent: [LotAmount], stock: [AllowanceUse], money: Money, requestDigest: UInt64
  ) {
    self.id = id
    self.member = member
    self.item = item
    self.quantity = quantity
    self.businessTime = businessTime
    self.rulebook = rulebook
    self.spent = spent
    self.stock = stock
    self.money = money
    self.requestDigest = requestDigest
  }
}

/// The end of an order: handed over 已领取, or cancelled, which gives back all that it took.
public struct ClosedOrder: Hashable, Sendable, Codable {
  public let order: MallOrderID
  public let member: MemberID
  public let item: String
  public let quantity: Int64
  public let businessTime: Timestamp
  public let isCancelled: Bool
  public let restored: [LotAmount]
  public let stock: [AllowanceUse]

  public init(
    order: MallOrderID, member: MemberID, item: String, quantity: Int64, businessTime: Timestamp,
    isCancelled: Bool, restored: [LotAmount], stock: [AllowanceUse]
  ) {
    self.order = order
    self.member = member
    self.item = item
    self.quantity = quantity
    self.businessTime = businessTime
    self.isCancelled = isCancelled
    self.restored = restored
    self.stock = stock
  }
}

/// A member took part in something that earns without a purchase 互动积分.
public struct Participation: Hashable, Sendable, Codable {
  public let id: ParticipationID
  public let member: MemberID
  /// The activity's id.
  public let activity: String
  public let businessTime: Timestamp
  public let rulebook: Int64
  public let earned: Points
  public let earnedLot: LotKey
  /// Growth value earned 成长值.
  public let growth: Int64

  public init(
    id: ParticipationID, member: MemberID, activity: String, businessTime: Timestamp, rulebook: Int64,
    earned: Points, earnedLot: LotKey, growth: Int64
  ) {
    self.id = id
    self.member = member
    self.activity = activity
    self.businessTime = businessTime
    self.rulebook = rulebook
    self.earned = earned
    self.earnedLot = earnedLot
    self.growth = growth
  }
}

/// A member drew a prize 抽奖. The seed is the store's own, so that anybody can draw again and see the same.
public struct PrizeDrawn: Hashable, Sendable, Codable {
  public let id: PrizeDrawnID
  public let member: MemberID
  /// The draw's id.
  public let draw: String
  public let businessTime: Timestamp
  public let rulebook: Int64
  public let seed: UInt64
  public let spent: [LotAmount]
  public let stock: [AllowanceUse]
  /// The prize's id; nil for a blank.
  public let prize: String?
  /// Points that are the prize.
  public let earned: Points
  public let earnedLot: LotKey

  public init(
    id: PrizeDrawnID, member: MemberID, draw: String, businessTime: Timestamp, rulebook: Int64, seed: UInt64,
    spent: [LotAmount], stock: [AllowanceUse], prize: String?, earned: Points, earnedLot: LotKey
  ) {
    self.id = id
    self.member = member
    self.draw = draw
    self.businessTime = businessTime
    self.rulebook = rulebook
    self.seed = seed
    self.spent = spent
    self.stock = stock
    self.prize = prize
    self.earned = earned
    self.earnedLot = earnedLot
  }
}

/// What a member's check-ins so far came to: all that the next one needs.
public struct CheckInState: Hashable, Sendable, Codable {
  /// The last day they came; nil for never.
  public let last: Day?
  /// Days in a row, the last included.
  public let run: Int
  /// Earned in the month of the last day.
  public let monthPoints: Points

  public init(last: Day? = nil, run: Int = 0, monthPoints: Points = .zero) {
    self.last = last
    self.run = run
    self.monthPoints = monthPoints
  }
}

/// How often a member has used something that is limited, over all stores: a promotion, an item of the mall.
public struct UseCount: Hashable, Sendable, Codable {
  public let name: String
  public var total: Int64
  /// The last day it was used, and how often on that day.
  public var day: Day
  public var today: Int64

  public init(name: String, total: Int64, day: Day, today: Int64) {
    self.name = name
    self.total = total
    self.day = day
    self.today = today
  }

  public static func promotion(_ id: String) -> String { "promotion/\(id)" }
  public static func mall(_ id: String) -> String { "mall/\(id)" }
  public static func activity(_ id: String) -> String { "activity/\(id)" }
  public static func draw(_ id: String) -> String { "draw/\(id)" }
}

/// Terms of a paid membership 付费会员 that a line of a sale bought.
public struct BoughtMembership: Hashable, Sendable, Codable {
  public struct Returned: Hashable, Sendable, Codable {
    public let id: ReturnID
    public let time: Timestamp
    public let quantity: Quantity

    public init(id: ReturnID, time: Timestamp, quantity: Quantity) {
      self.id = id
      self.time = time
      self.quantity = quantity
    }
  }

  public let sale: SaleID
  /// Index of the line, from 0.
  public let line: Int
  public let time: Timestamp
  public let level: String
  /// One term's length, in calendar months or in days.
  public let months: Int?
  public let days: Int?
  /// Each whole piece is one term.
  public let quantity: Quantity
  public var returns: [Returned]

  public init(
    sale: SaleID, line: Int, time: Timestamp, level: String, months: Int?, days: Int?, quantity: Quantity,
    returns: [Returned] = []
  ) {
    self.sale = sale
    self.line = line
    self.time = time
    self.level = level
    self.months = months
    self.days = days
    self.quantity = quantity
    self.returns = returns
  }
}
