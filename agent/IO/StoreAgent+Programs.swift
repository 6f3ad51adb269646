import AgentCore
import Loyalty
import SyncProtocol
import Synchronization

/// What members do beside purchases: the points mall, activities, prize draws. All of it also without a line,
/// from what this store holds.
extension StoreAgent {
  /// Takes points and stock together or neither (law C6). While the line is up, what others hold is claimed
  /// first.
  public func order(_ request: OrderRequest, key: String? = nil) throws -> OrderResponse {
    let digest = request.digest
    do {
      return try state.withLock { try place(request, key, digest, &$0) }
    } catch TillFault.refused(let outcome)
      where ["mall_points_held_elsewhere", "mall_out_of_stock"].contains(outcome.code)
    {
      guard try claim(for: request) else { throw TillFault.refused(outcome) }
      return try state.withLock { try place(request, key, digest, &$0) }
    }
  }

  public func order(_ id: MallOrderID) throws -> OrderResponse { OrderResponse(try known(id).order) }

  /// The goods are handed over.
  public func fulfil(_ id: MallOrderID) throws -> OrderResponse { try close(id, isCancelled: false) }

  /// Gives back what the order took, once.
  public func cancel(_ id: MallOrderID) throws -> OrderResponse { try close(id, isCancelled: true) }

  private func place(
    _ request: OrderRequest, _ key: String?, _ digest: UInt64, _ state: inout AgentState
  ) throws -> OrderResponse {
    let identity = try identity(state)
    let id =
      request.orderId ?? key.map { MallOrderID(derivedFrom: "order/\(identity.store)/\($0)") } ?? newID(state)
    if let known = try journal.entry(reference: id.bytes) {
      guard case .order(let before) = known.body, before.requestDigest == digest else {
        throw TillFault.conflictingRepeat
      }
      return OrderResponse(try self.known(id).order)
    }
    let scene = try scene(of: request.memberId, at: request.businessTime, state)
    let item = scene.rulebook.programs.mall.first { $0.id == request.item }
    if item.map({ $0.points > .zero }) ?? false { try requireLineForPoints(scene.rulebook, state) }
    let held = try item.map { try allowances(state)[$0.allowance, default: 0] } ?? 0
    let decision = scene.rulebook.programs.place(
      MallRequest(order: id, member: scene.member.id, item: request.item, quantity: request.quantity ?? 1),
      given: MallStanding(
        occasion: scene.occasion, available: scene.member.available(on: scene.occasion.day),
        held: scene.member.held, stock: held,
        ordered: scene.member.uses.total(of: UseCount.mall(request.item))))
    guard case .placed(let order) = decision else {
      if case .refused(let outcome) = decision { throw TillFault.refused(outcome) }
      throw TillFault.conflictingRepeat
    }
    let stock = order.taken.stock
    let fact = PlacedOrder(
      id: id, member: order.member, item: order.item, quantity: order.quantity, businessTime: scene.time,
      rulebook: scene.rulebook.version, spent: order.taken.points,
      stock: stock > 0 ? [AllowanceUse(name: UseCount.mall(order.item), amount: stock)] : [],
      money: order.taken.money, requestDigest: digest)
    try commit(.order(fact), &state)
    return OrderResponse(order)
  }

  private func known(_ id: MallOrderID) throws -> (placed: PlacedOrder, order: MallOrder) {
    guard case .order(let placed)? = try journal.entry(reference: id.bytes)?.body else {
      throw TillFault.unknownOrder
    }
    return (placed, MallOrder(placed, closed: try journal.close(of: id)))
  }

  private func close(_ id: MallOrderID, isCancelled: Bool) throws -> OrderResponse {
    try state.withLock { state in
      _ = try identity(state)
      var (placed, order) = try known(id)
      let before = order.state
      let outcome = isCancelled ? order.cancel().outcome : order.fulfil()
      // Told again it is as it was; told the other way it is refused.
      if order.state == before {
        let wanted: MallOrder.State = isCancelled ? .cancelled : .fulfilled
        if before == wanted { return OrderResponse(order) }
        throw TillFault.refused(outcome)
      }
      let fact = ClosedOrder(
        order: id, member: placed.member, item: placed.item, quantity: placed.quantity,
        businessTime: Timestamp(ms: nowMs(state)), isCancelled: isCancelled,
        restored: isCancelled ? placed.spent : [], stock: isCancelled ? placed.stock : [])
      try commit(.orderClose(fact), &state)
      return OrderResponse(order)
    }
  }

  /// A member did something that earns without a purchase. The same key again is the same deed.
  public func participate(
    _ member: MemberID, _ request: ProgramRequest, key: String? = nil
  ) throws -> ProgramResponse {
    try state.withLock { state in
      let identity = try identity(state)
      let id = key.map { ParticipationID(derivedFrom: "activity/\(identity.store)/\($0)") } ?? newID(state)
      let scene = try scene(of: member, at: request.businessTime, state)
      let name = UseCount.activity(request.program)
      let uses = scene.member.uses
      let result = scene.rulebook.programs.earn(
        activity: request.program, today: Int(clamping: uses.today(of: name, scene.occasion.day)),
        ever: Int(clamping: uses.total(of: name)))
      if let known = try journal.entry(reference: id.bytes) {
        guard case .participation(let before) = known.body, before.activity == request.program,
          before.member == scene.member.id
        else { throw TillFault.conflictingRepeat }
        return ProgramResponse(
          before,
          outcome: RuleOutcome(
            rule: before.activity, code: "activity_earned", amount: before.earned.count,
            distance: before.growth))
      }
      guard result.isCounted else { throw TillFault.refused(result.outcome) }
      let fact = Participation(
        id: id, member: scene.member.id, activity: request.program, businessTime: scene.time,
        rulebook: scene.rulebook.version, earned: result.points,
        earnedLot: scene.rulebook.lot(earnedOn: scene.occasion.day), growth: result.growth)
      try commit(.participation(fact), &state)
      return ProgramResponse(fact, outcome: result.outcome)
    }
  }

  /// Draws a prize with this store's own chance. The same key again is the same draw.
  public func draw(
    _ member: MemberID, _ request: ProgramRequest, key: String? = nil
  ) throws -> ProgramResponse {
    try state.withLock { state in
      let identity = try identity(state)
      let id = key.map { PrizeDrawnID(derivedFrom: "draw/\(identity.store)/\($0)") } ?? newID(state)
      if let known = try journal.entry(reference: id.bytes) {
        guard case .prize(let before) = known.body, before.draw == request.program else {
          throw TillFault.conflictingRepeat
        }
        let code = before.prize == nil ? "draw_blank" : "draw_won"
        return ProgramResponse(before, outcome: RuleOutcome(rule: before.draw, code: code))
      }
      let scene = try scene(of: member, at: request.businessTime, state)
      let draw = scene.rulebook.programs.draws.first { $0.id == request.program }
      if draw.map({ $0.pointsPerDraw > .zero }) ?? false { try requireLineForPoints(scene.rulebook, state) }
      let held = try allowances(state)
      let stock = (draw?.prizes ?? []).map { prize in
        (prize.id, draw.map { held[$0.allowance(of: prize), default: 0] } ?? 0)
      }
      let seed = environment.random()
      let uses = scene.member.uses.today(of: UseCount.draw(request.program), scene.occasion.day)
      let decision = scene.rulebook.programs.draw(
        request.program, seed: seed,
        given: DrawStanding(
          occasion: scene.occasion, available: scene.member.available(on: scene.occasion.day),
          held: scene.member.held, drawnToday: Int(clamping: uses),
          stock: Dictionary(stock) { first, _ in first }))
      switch decision {
      case .refused(let outcome): throw TillFault.refused(outcome)
      case .drawn(let prize, let spent, let outcome):
        let taken = prize.flatMap { prize in
          prize.stock == nil
            ? nil : draw.map { AllowanceUse(name: $0.allowance(of: prize), amount: 1) }
        }
        let fact = PrizeDrawn(
          id: id, member: scene.member.id, draw: request.program, businessTime: scene.time,
          rulebook: scene.rulebook.version, seed: seed, spent: spent, stock: taken.map { [$0] } ?? [],
          prize: prize?.id, earned: prize?.reward?.points ?? .zero,
          earnedLot: scene.rulebook.lot(earnedOn: scene.occasion.day))
        try commit(.prize(fact), &state)
        return ProgramResponse(fact, outcome: outcome)
      }
    }
  }

  /// A member at this store at a time, as conditions see them.
  struct Scene {
    let member: MemberView
    let rulebook: Rulebook
    let time: Timestamp
    let occasion: Occasion
  }

  func scene(of member: MemberID, at asked: Timestamp?, _ state: AgentState) throws -> Scene {
    guard let view = try view(member, state) else { throw TillFault.unknownMember }
    let time = try businessTime(asked, state)
    let rulebook = state.rulebook(at: time)
    let day = rulebook.businessDay(time)
    let standing = view.standing(on: day, utcOffsetMinutes: rulebook.utcOffsetMinutes)
    let cart = Cart(
      businessTime: time, lines: [], member: standing, store: state.identity?.store.text, channel: "till")
    let occasion = rulebook.occasion(of: cart, tier: rulebook.tier(of: standing.tierFacts, on: day))
    return Scene(member: view, rulebook: rulebook, time: time, occasion: occasion)
  }

  /// Asks the hub for what an order lacks; true when it is worth trying again.
  private func claim(for request: OrderRequest) throws -> Bool {
    let wish = try state.withLock { state -> (points: [PointsClaim], allowances: [AllowanceUse])? in
      guard state.pacing.isOnline else { return nil }
      let scene = try scene(of: request.memberId, at: request.businessTime, state)
      guard let item = scene.rulebook.programs.mall.first(where: { $0.id == request.item }) else {
        return nil
      }
      let quantity = request.quantity ?? 1
      for record in try replica.read({ try $0.records(of: scene.member.id) }) {
        state.claiming[record.id] = nowMs(state) + AgentState.claimMs
      }
      let (points, overflow) = item.points.count.multipliedReportingOverflow(by: quantity)
      if overflow || !(0...Limits.movementPoints).contains(points) { return nil }
      return (
        points > 0 ? [PointsClaim(member: scene.member.id, points: Points(points))] : [],
        item.stock == nil ? [] : [AllowanceUse(name: item.allowance, amount: quantity)]
      )
    }
    guard let wish else { return false }
    return claim(points: wish.points, coupons: [], allowances: wish.allowances)
  }
}
