import AgentCore
import Loyalty
import SyncProtocol
import Synchronization

/// What is scarce, as one till's cart finds it: budgets and gifts that this store holds, uses so far.
extension StoreAgent {
  /// The cart, told what its rulebook's limits and these coupons ask for, and nothing where they have none.
  func limited(
    _ open: OpenCart, with coupons: [PresentedCoupon], _ state: inout AgentState
  ) throws -> Cart {
    var cart = open.cart
    let (rulebook, day) = (open.rulebook, open.day)
    if rulebook.countsAllowances || coupons.contains(where: { $0.terms.kind == .gift }) {
      cart.allowances = try allowances(state)
    }
    if rulebook.promotions.contains(where: { $0.limits != nil }) {
      let storeDay = rulebook.limitsStoreDays ? try storeUses(on: day, &state).counts : [:]
      cart.promotionUses = (open.member?.uses ?? MemberUses()).promotionUses(
        of: rulebook, on: day, storeDay: storeDay)
    }
    return cart
  }

  /// Everything this store holds besides points and coupons, by name, less what its entries took since.
  func allowances(_ state: AgentState) throws -> [String: Int64] {
    try replica.read { reader in
      let included = try reader.includedThrough()
      var held: [String: Int64] = [:]
      for key in try reader.ownKeys(.allowance) {
        guard let fields = try reader.fields(.allowance, key) else { continue }
        let name = String(decoding: key, as: UTF8.self)
        held[name] = AllowanceRow(fields).held - state.overlay.taken(of: name, after: included)
      }
      return held
    }
  }

  /// Runs `body`; what it lacks is asked of the hub once while the line is up, and then it runs again.
  func withAllowances<T>(_ body: (inout AgentState, _ mayAsk: Bool) throws -> T) throws -> T {
    do {
      return try state.withLock { try body(&$0, true) }
    } catch let lack as AllowanceLack {
      try claim(lack)
      return try state.withLock { try body(&$0, false) }
    }
  }

  func claim(_ lack: AllowanceLack) throws {
    _ = claim(points: [], coupons: [], allowances: lack.wishes)
    try state.withLock { state in
      let held = try allowances(state)
      // A hub that has none is not asked again by every sale.
      for wish in lack.wishes where held[wish.name, default: 0] < wish.amount {
        state.asked[wish.name] = nowMs(state) + AgentState.askPauseMs
      }
    }
  }

  /// What a cart would take if there were enough of everything, where something was left out for want of it.
  func wishes(_ cart: Cart, _ quote: Quote, _ rulebook: Rulebook) -> [AllowanceUse] {
    let lacks: Set = ["promotion_budget_spent", "gift_out_of_stock"]
    guard quote.outcomes.contains(where: { lacks.contains($0.code) }) else { return [] }
    var unlimited = cart
    unlimited.allowances = nil
    return rulebook.quote(unlimited).allowancesUsed
  }

  func askFor(_ wishes: [AllowanceUse], _ state: AgentState) throws(AllowanceLack) {
    guard state.pacing.isOnline else { return }
    let now = nowMs(state)
    let wishes = wishes.filter { now >= state.asked[$0.name] ?? 0 }
    if !wishes.isEmpty { throw AllowanceLack(wishes: wishes) }
  }

  /// Counted from the journal when the day is first asked for, and kept up by `commit` from then on.
  private func storeUses(on day: Day, _ state: inout AgentState) throws -> StoreUses {
    if let known = state.storeUses, known.day == day { return known }
    var uses = StoreUses(day: day)
    let offset = state.rulebooks.last?.utcOffsetMinutes ?? 0
    try journal.forEachSaleBackwards { sale, _ in
      guard sale.businessTime.day(utcOffsetMinutes: offset) >= Day(day.number - 1) else { return false }
      uses.add(sale, on: state.rulebook(version: sale.rulebook, at: sale.businessTime))
      return true
    }
    // A sale put in for another day does not take today's count away.
    if state.storeUses.map({ $0.day < day }) ?? true { state.storeUses = uses }
    return uses
  }
}

/// A cart needs more than the store holds, and the hub may have it.
struct AllowanceLack: Error {
  let wishes: [AllowanceUse]
}

extension AgentState {
  /// How long the hub is not asked again for what it did not give.
  static let askPauseMs: Int64 = 60_000
}
