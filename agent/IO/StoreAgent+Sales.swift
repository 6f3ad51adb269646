import AgentCore
import Foundation
import Loyalty
import SyncProtocol
import Synchronization

extension StoreAgent {
  /// Prices a cart without selling it. Refused wishes are in the outcomes, with how far away they are.
  public func quote(_ request: SaleRequest) throws -> QuoteResponse {
    let draft = try SaleDraft(request)
    try meet(whoever: request)
    return try withAllowances { state, mayAsk in
      try quote(request, draft, Attempt(hub: state.couponWord, mayAsk: mayAsk), &state)
    }
  }

  /// What an attempt may count on, and whether it may stop and ask headquarters for what the store lacks.
  struct Attempt {
    let hub: CouponView.HubWord
    let mayAsk: Bool
  }

  func quote(
    _ request: SaleRequest, _ draft: SaleDraft, _ attempt: Attempt, _ state: inout AgentState
  ) throws -> QuoteResponse {
    let priced = try price(request, draft, attempt, &state)
    let id: QuoteID = newID(state)
    state.remember(
      RememberedQuote(
        id: id,
        explanation: priced.rulebook.explain(
          lines: priced.quote.lines, outcomes: priced.quote.outcomes + priced.quote.earningOutcomes,
          gifts: priced.quote.gifts, coupons: try couponNames(priced.quote.coupons))))
    return QuoteResponse(
      priced.quote, id: id, rulebook: priced.rulebook, asOf: state.asOf, offline: !state.pacing.isOnline)
  }

  /// Commits a sale. When this returns, the receipt holds through kill −9 and power loss. Points and coupons
  /// are taken exactly as asked or the sale is refused; while the line is up, what the store lacks is claimed
  /// first, and headquarters is asked for every coupon that needs its word.
  public func sell(_ request: SaleRequest, key: String? = nil) throws -> Receipt {
    let draft = try SaleDraft(request)
    let digest = request.digest
    try meet(whoever: request)
    return try withClaims(for: request, draft) { try sell(request, draft, key, digest, $1, &$0) }
  }

  /// Runs `body`; points and coupons that it lacks are asked of the hub once while the line is up, and then
  /// it runs again. Points that come off first, because goods come back, are asked for as well.
  func withClaims<T>(
    for request: SaleRequest, _ draft: SaleDraft, andTakingBack back: Points = .zero,
    _ body: (inout AgentState, Attempt) throws -> T
  ) throws -> T {
    do {
      return try withAllowances { try body(&$0, Attempt(hub: .unasked, mayAsk: $1)) }
    } catch TillFault.refused(let outcome)
      where ["points_held_elsewhere", "coupon_held_elsewhere", "coupon_needs_line"].contains(outcome.code)
    {
      // A claim that finds the line down leaves the store to what it may do by itself.
      let isGranted = try claim(for: request, draft, andTakingBack: back)
      return try withAllowances {
        try body(&$0, Attempt(hub: isGranted ? .answered : .unasked, mayAsk: $1))
      }
    }
  }

  public func sale(_ id: SaleID) throws -> Receipt {
    guard case .sale(let sale)? = try journal.entry(reference: id.bytes)?.body else {
      throw TillFault.unknownSale
    }
    return state.withLock { receipt(sale, $0) }
  }

  func receipt(_ sale: Sale, _ state: AgentState) -> Receipt {
    Receipt(sale, rulebook: state.rulebook(version: sale.rulebook, at: sale.businessTime))
  }

  private func sell(
    _ request: SaleRequest, _ draft: SaleDraft, _ key: String?, _ digest: UInt64, _ attempt: Attempt,
    _ state: inout AgentState
  ) throws -> Receipt {
    let identity = try identity(state)
    let id = request.saleId ?? key.map { SaleID(derivedFrom: "sale/\(identity.store)/\($0)") } ?? newID(state)
    if let known = try journal.entry(reference: id.bytes) {
      guard case .sale(let before) = known.body, before.requestDigest == digest else {
        throw TillFault.conflictingRepeat
      }
      return receipt(before, state)
    }
    let sale = try decide(request, draft, id: id, digest: digest, attempt, &state)
    try commit(.sale(sale), &state)
    return receipt(sale, state)
  }

  /// Goods that came back in the same step.
  struct Exchanged {
    let value: Money
    /// The store as it was before they came back.
    let before: AgentState
  }

  /// What a sale comes to; nothing is written.
  func decide(
    _ request: SaleRequest, _ draft: SaleDraft, id: SaleID, digest: UInt64, exchanged: Exchanged? = nil,
    _ attempt: Attempt, _ state: inout AgentState
  ) throws -> Sale {
    let priced = try price(request, draft, attempt, &state)
    try requireEverythingGiven(draft, priced)
    let toPay = priced.quote.toPay
    if let asked = request.toPay, asked != toPay { throw TillFault.priceDiffers(asked: asked, toPay: toPay) }
    let tenders = try tenders(draft, for: toPay, exchanged: exchanged?.value ?? .zero)
    let day = priced.rulebook.businessDay(priced.time)
    let earns = priced.member != nil || priced.phone != nil
    let earned = earns ? priced.quote.earned : .zero
    let active = priced.quote.earnedLot.isActive(on: day) ? earned : .zero
    var sale = Sale(
      id: id, businessTime: priced.time, member: priced.member?.id,
      phone: priced.member == nil ? priced.phone : nil, rulebook: priced.rulebook.version,
      lines: priced.quote.lines, tenders: tenders + priced.quote.vouchers, coupons: priced.quote.coupons,
      spent: priced.quote.spent, earned: earned, earnedLot: priced.quote.earnedLot,
      balance: priced.member.map { $0.available(on: day) - priced.quote.pointsSpent + active },
      asOf: state.asOf, offline: !state.pacing.isOnline,
      outcomes: priced.quote.outcomes.filter(\.isKept) + (earns ? priced.quote.earningOutcomes : []),
      requestDigest: digest, growth: earns ? priced.quote.growth : 0, context: priced.quote.context,
      gifts: priced.quote.gifts, allowances: priced.quote.allowancesUsed)
    if let member = priced.member {
      // Who loses a level with what comes back and wins it again with what goes out has reached nothing.
      let before = try exchanged.flatMap { try view(member.id, $0.before) } ?? member
      if let reached = member.tierReached(with: sale, before: before, by: priced.rulebook) {
        sale.outcomes.append(reached)
      }
    }
    return sale
  }

  /// What pays: the till's tenders, or cash, for what goods that came back leave to pay.
  private func tenders(_ draft: SaleDraft, for toPay: Money, exchanged: Money) throws(TillFault) -> [Tender] {
    let part = min(toPay, exchanged)
    let rest = toPay - part
    let tenders = draft.tenders.isEmpty && rest > .zero ? [Tender(type: "cash", amount: rest)] : draft.tenders
    let tendered = tenders.reduce(Money.zero) { $0 + $1.amount }
    if tendered < rest { throw .tenderShort(toPay: rest, tendered: tendered) }
    return (part > .zero ? [Tender(type: Tender.exchange, amount: part)] : []) + tenders
  }

  struct Priced {
    let quote: Quote
    let rulebook: Rulebook
    let time: Timestamp
    let member: MemberView?
    let phone: String?
    /// Coupons that could not even be tried, with the reason.
    let barred: [RuleOutcome]
  }

  private func price(
    _ request: SaleRequest, _ draft: SaleDraft, _ attempt: Attempt, _ state: inout AgentState
  ) throws -> Priced {
    var open = try open(request, draft, &state)
    var barred: [RuleOutcome] = []
    let terms = CouponTry(
      hub: attempt.hub, mayRisk: open.cart.offline?.takesRisk ?? false, lock: request.lock)
    for code in draft.coupons {
      let coupon = try coupon(code, of: open.member, terms, state)
      if let presented = coupon.presented { open.cart.coupons.append(presented) }
      if let refusal = coupon.refusal { barred.append(RuleOutcome(rule: code, code: refusal)) }
    }
    open.cart.points = draft.points
    let (cart, rulebook) = (try limited(open, with: open.cart.coupons, &state), open.rulebook)
    var quote = rulebook.quote(cart)
    if attempt.mayAsk { try askFor(wishes(cart, quote, rulebook), state) }
    quote.outcomes += barred
    return Priced(
      quote: quote, rulebook: rulebook, time: cart.businessTime, member: open.member, phone: open.phone,
      barred: barred)
  }

  /// A cart as the till brought it, with what is known of its customer; nothing has been presented yet.
  struct OpenCart {
    var cart: Cart
    let rulebook: Rulebook
    let day: Day
    let member: MemberView?
    let phone: String?
  }

  func open(_ request: SaleRequest, _ draft: SaleDraft, _ state: inout AgentState) throws -> OpenCart {
    let time = try businessTime(request.businessTime, state)
    let rulebook = state.rulebook(at: time)
    let day = rulebook.businessDay(time)
    let (member, phone) = try identify(request, state)
    var cart = Cart(
      businessTime: time, lines: draft.lines,
      member: member?.standing(on: day, utcOffsetMinutes: rulebook.utcOffsetMinutes),
      store: state.identity?.store.text, channel: request.channel ?? "till")
    cart.capLeft = rulebook.earningCaps.left(after: member?.earned[day] ?? .zero)
    cart.isCash = request.cash ?? false
    cart.offline = try leeway(of: member, on: day, rulebook, &state)
    return OpenCart(cart: cart, rulebook: rulebook, day: day, member: member, phone: phone)
  }

  func identify(_ request: SaleRequest, _ state: AgentState) throws -> (MemberView?, String?) {
    let phone = request.phone.flatMap { PhoneNumber($0) }
    if request.phone != nil, phone == nil {
      throw TillFault.invalid(field: "phone", reason: "is not a phone number")
    }
    if let id = request.memberId {
      guard let view = try view(id, state) else { throw TillFault.unknownMember }
      return (view, nil)
    }
    guard let phone else { return (nil, nil) }
    _ = try identity(state)
    guard let id = try find(phone: phone.text, state) else { return (nil, phone.text) }
    return (try view(id, state), phone.text)
  }

  /// Commit gives what was asked for, or nothing: the customer decides on a different price, not the till.
  private func requireEverythingGiven(_ draft: SaleDraft, _ priced: Priced) throws(TillFault) {
    if let barred = priced.barred.first { throw .refused(barred) }
    if priced.quote.coupons.count < draft.coupons.count {
      let refused = priced.quote.outcomes.first { outcome in
        draft.coupons.contains(outcome.rule)
          && !outcome.isCouponUse
      }
      throw .refused(refused ?? RuleOutcome(rule: "", code: "coupon_without_effect"))
    }
    if priced.quote.pointsSpent != draft.points {
      let refused = priced.quote.outcomes.first { $0.rule == "points" }
      throw .refused(refused ?? RuleOutcome(rule: "points", code: "points_not_accepted"))
    }
  }
}
