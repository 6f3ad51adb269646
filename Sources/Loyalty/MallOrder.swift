import SyncProtocol

/// What a mall order takes and its cancellation gives back: all of it, or nothing (law C6).
public struct MallTaking: Hashable, Sendable, Codable {
  /// Points, lot by lot in spend order (law P4).
  public let points: [LotAmount]
  /// Pieces of the allowance; 0 where nothing runs out.
  public let stock: Int64
  /// What the member pays, or gets back, in money.
  public let money: Money

  public init(points: [LotAmount], stock: Int64, money: Money) {
    self.points = points
    self.stock = stock
    self.money = money
  }
}

/// An order of the points mall 积分商城订单. The node that took it closes it, so nobody else has to agree.
public struct MallOrder: Hashable, Sendable, Codable {
  public enum State: String, Hashable, Sendable, Codable {
    case placed
    /// 已领取: handed over; nothing comes back any more.
    case fulfilled
    case cancelled
  }

  public let id: MallOrderID
  public let member: MemberID
  /// The item's id.
  public let item: String
  public let quantity: Int64
  public let taken: MallTaking
  public private(set) var state: State

  public init(id: MallOrderID, member: MemberID, item: String, quantity: Int64, taken: MallTaking) {
    self.id = id
    self.member = member
    self.item = item
    self.quantity = quantity
    self.taken = taken
    state = .placed
  }

  /// The goods are handed over. Told again it changes nothing.
  public mutating func fulfil() -> RuleOutcome {
    if state == .cancelled { return outcome("mall_already_cancelled") }
    state = .fulfilled
    return outcome
  }

  /// Gives back what was taken, the first time only: points to the lots they came from, where they expire
  /// as they would have (law P5).
  public mutating func cancel() -> (outcome: RuleOutcome, givesBack: MallTaking?) {
    switch state {
    case .fulfilled: return (outcome("mall_already_fulfilled"), nil)
    case .cancelled: return (outcome("mall_already_cancelled"), nil)
    case .placed:
      state = .cancelled
      return (outcome, taken)
    }
  }

  /// What to say of it, with its points.
  public var outcome: RuleOutcome {
    switch state {
    case .placed: outcome("mall_placed")
    case .fulfilled: outcome("mall_fulfilled")
    case .cancelled: outcome("mall_cancelled")
    }
  }

  private func outcome(_ code: String) -> RuleOutcome {
    RuleOutcome(rule: item, code: code, amount: taken.points.reduce(0) { $0 + $1.points.count })
  }
}

/// What a member asks of the mall.
public struct MallRequest: Hashable, Sendable {
  public let order: MallOrderID
  public let member: MemberID
  public let item: String
  public let quantity: Int64

  public init(order: MallOrderID, member: MemberID, item: String, quantity: Int64) {
    self.order = order
    self.member = member
    self.item = item
    self.quantity = quantity
  }
}

/// What the node that takes the order knows.
public struct MallStanding: Hashable, Sendable {
  public var occasion: Occasion
  /// The member's points anywhere in the chain, less debt.
  public var available: Points
  /// What this node may spend of them, lot by lot.
  public var held: [LotAmount]
  /// Pieces of the item's allowance that this node holds.
  public var stock: Int64
  /// Pieces of the item the member has ordered before, cancelled ones left out.
  public var ordered: Int64
  public var isHub: Bool

  public init(
    occasion: Occasion, available: Points, held: [LotAmount], stock: Int64, ordered: Int64 = 0,
    isHub: Bool = false
  ) {
    self.occasion = occasion
    self.available = available
    self.held = held
    self.stock = stock
    self.ordered = ordered
    self.isHub = isHub
  }
}

public enum MallDecision: Hashable, Sendable {
  case placed(MallOrder)
  case refused(RuleOutcome)
}

extension Programs {
  /// Takes an order or says why not, and how far away it is. Nothing is taken unless everything is (law C6).
  public func place(_ request: MallRequest, given standing: MallStanding) -> MallDecision {
    guard let item = mall.first(where: { $0.id == request.item }) else {
      return .refused(RuleOutcome(rule: request.item, code: "mall_unknown_item"))
    }
    func refuse(_ code: String, _ amount: Int64 = 0, _ distance: Int64 = 0) -> MallDecision {
      .refused(RuleOutcome(rule: item.id, code: code, amount: amount, distance: distance))
    }
    let quantity = request.quantity
    if let outcome = item.closed(on: standing.occasion) { return .refused(outcome) }
    if item.policy == .online, !standing.isHub { return refuse("mall_online_only") }
    guard quantity > 0 else { return refuse("mall_nothing") }
    if quantity > item.mostPieces { return refuse("mall_too_many", item.mostPieces) }
    if let limit = item.perMember {
      let left = max(0, Int64(limit) - max(0, standing.ordered))
      if quantity > left { return refuse("mall_limit_reached", Int64(limit), quantity - left) }
    }
    let wanted = Points(item.points.count * quantity)
    // Whoever owes points may still have what asks for none.
    if wanted > max(.zero, standing.available) {
      return refuse("mall_points_insufficient", standing.available.count, (wanted - standing.available).count)
    }
    let held = SpendPlan.spendable(standing.held, on: standing.occasion.day)
    let (drawn, missing) = SpendPlan.drawUpTo(wanted, from: held)
    if missing > .zero {
      return refuse("mall_points_held_elsewhere", (wanted - missing).count, missing.count)
    }
    if item.stock != nil, quantity > standing.stock {
      return refuse("mall_out_of_stock", max(0, standing.stock), quantity - max(0, standing.stock))
    }
    let taken = MallTaking(
      points: drawn, stock: item.stock == nil ? 0 : quantity, money: Money(item.money.minor * quantity))
    return .placed(
      MallOrder(
        id: request.order, member: request.member, item: item.id, quantity: quantity, taken: taken))
  }
}

extension MallItem {
  /// Why a member cannot order it: from when they can, where only that is missing. Nil when they can.
  func closed(on occasion: Occasion) -> RuleOutcome? {
    let ways = [when, priority].compactMap { $0 }
    if ways.contains(where: { $0.unmet(on: occasion) == nil }) { return nil }
    // Whom it is not for is told so, and not to wait.
    let waiting = ways.filter { $0.lasting.unmet(on: occasion) == nil }
    if waiting.isEmpty, let unmet = when.lasting.unmet(on: occasion), !codesOfTime.contains(unmet.code) {
      return RuleOutcome(rule: id, code: unmet.code, amount: unmet.amount)
    }
    // What has begun opens again by its days and hours, perhaps before anything else begins.
    let openings = waiting.map { $0.from ?? occasion.time }
    guard let opening = openings.min(), opening > occasion.time else {
      return RuleOutcome(rule: id, code: "mall_not_now")
    }
    let begin = occasion.at(opening)
    guard ways.contains(where: { $0.unmet(on: begin) == nil }) else {
      return RuleOutcome(rule: id, code: "mall_not_now")
    }
    return RuleOutcome(
      rule: id, code: "mall_not_yet", amount: Int64(begin.minute), distance: Int64(begin.day.number))
  }
}

/// What a condition says when only the time is wrong.
let codesOfTime: Set<String> = ["rule_not_yet", "rule_ended", "rule_other_day", "rule_other_hour"]
