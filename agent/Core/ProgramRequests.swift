import Loyalty
import SyncProtocol

/// An order of the points mall as the till sends it.
public struct OrderRequest: Hashable, Sendable, Codable {
  public var orderId: MallOrderID?
  public var memberId: MemberID
  /// The item's id.
  public var item: String
  /// Pieces; one without it.
  public var quantity: Int64?
  public var businessTime: Timestamp?

  public init(
    orderId: MallOrderID? = nil, memberId: MemberID, item: String, quantity: Int64? = nil,
    businessTime: Timestamp? = nil
  ) {
    self.orderId = orderId
    self.memberId = memberId
    self.item = item
    self.quantity = quantity
    self.businessTime = businessTime
  }

  public var digest: UInt64 {
    var digest = RequestDigest()
    digest.add(orderId)
    digest.add(memberId)
    digest.add(item)
    digest.add(quantity)
    digest.add(businessTime?.ms)
    return digest.value
  }
}

/// An order with what it took and how it stands.
public struct OrderResponse: Hashable, Sendable, Codable {
  public let orderId: MallOrderID
  public let memberId: MemberID
  public let item: String
  public let quantity: Int64
  public let points: Points
  /// To be paid besides the points.
  public let money: Money
  public let state: MallOrder.State
  public let text: Words

  public init(_ order: MallOrder) {
    orderId = order.id
    memberId = order.member
    (item, quantity) = (order.item, order.quantity)
    points = order.taken.points.reduce(.zero) { $0 + $1.points }
    money = order.taken.money
    state = order.state
    text = order.outcome.words(currency: "")
  }
}

/// A member did something that earns, or draws a prize.
public struct ProgramRequest: Hashable, Sendable, Codable {
  /// The activity's or the draw's id in the rulebook.
  public var program: String
  public var businessTime: Timestamp?

  public init(program: String, businessTime: Timestamp? = nil) {
    self.program = program
    self.businessTime = businessTime
  }
}

/// What it came to.
public struct ProgramResponse: Hashable, Sendable, Codable {
  public let id: String
  public let program: String
  public let pointsEarned: Points
  public let pointsSpent: Points
  public let growth: Int64
  /// The prize's id; nil for a blank, and for what is no draw.
  public let prize: String?
  public let outcome: Receipt.Outcome

  public init(_ part: Participation, outcome: RuleOutcome) {
    (id, program) = (part.id.description, part.activity)
    (pointsEarned, pointsSpent, growth, prize) = (part.earned, .zero, part.growth, nil)
    self.outcome = Receipt.Outcome(outcome, currency: "")
  }

  public init(_ drawn: PrizeDrawn, outcome: RuleOutcome) {
    (id, program) = (drawn.id.description, drawn.draw)
    pointsEarned = drawn.earned
    pointsSpent = drawn.spent.reduce(.zero) { $0 + $1.points }
    (growth, prize) = (0, drawn.prize)
    self.outcome = Receipt.Outcome(outcome, currency: "")
  }
}

extension MallOrder {
  /// An order as the journal has it, with its end if there is one.
  public init(_ placed: PlacedOrder, closed: ClosedOrder?) {
    self.init(
      id: placed.id, member: placed.member, item: placed.item, quantity: placed.quantity,
      taken: MallTaking(
        points: placed.spent, stock: placed.stock.reduce(0) { $0 + $1.amount }, money: placed.money))
    guard let closed else { return }
    if closed.isCancelled { _ = cancel() } else { _ = fulfil() }
  }
}
