import AgentCore
import Foundation
import Loyalty
import SyncProtocol
import Synchronization

extension StoreAgent {
  /// Prices a cart without selling it. Refused wishes are in the outcomes, with how far away they are.
  public func quote(_ request: SaleRequest) throws -> QuoteResponse {
    let draft = try SaleDraft(request)
    return try withAllowances { state, mayAsk in
      let priced = try price(request, draft, hub: state.couponWord, &state)
      if mayAsk { try askFor(priced.wishes, state) }
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
  }

  /// Commits a sale. When this returns, the receipt holds through kill −9 and power loss. Points and coupons
  /// are taken exactly as asked or the sale is refused; while the line is up, what the store lacks is claimed
  /// first, and headquarters is asked for every coupon that needs its word.
  public func sell(_ request: SaleRequest, key: String? = nil) throws -> Receipt {
    let draft = try SaleDraft(request)
    let digest = request.digest
    do {
      return try withAllowances { try sell(request, draft, key, digest, hub: .unasked, &$0, mayAsk: $1) }
    } catch TillFault.refused(let outcome)
      where ["points_held_elsewhere", "coupon_held_elsewhere", "coupon_needs_line"].contains(outcome.code)
    {
      guard try claim(for: request, draft) else { throw TillFault.refused(outcome) }
      return try withAllowances { try sell(request, draft, key, digest, hub: .answered, &$0, mayAsk: $1) }
    }
  }

  public func sale(_ id: SaleID) throws -> Receipt {
    guard case .sale(let sale)? = try journal.entry(reference: id.bytes)?.body else {
      throw TillFault.unknownSale
    }
    return state.withLock {
      Receipt(sale, currency: $0.rulebook(version: sale.rulebook, at: sale.businessTime).currency)
    }
  }

  private func sell(
    _ request: SaleRequest, _ draft: SaleDraft, _ key: String?, _ digest: UInt64, hub: CouponView.HubWord,
    _ state: inout AgentState, mayAsk: Bool
  ) throws -> Receipt {
    let identity = try identity(state)
    let id = request.saleId ?? key.map { SaleID(derivedFrom: "sale/\(identity.store)/\($0)") } ?? newID(state)
    if let known = try journal.entry(reference: id.bytes) {
      guard case .sale(let before) = known.body, before.requestDigest == digest else {
        throw TillFault.conflictingRepeat
      }
      return Receipt(
        before, currency: state.rulebook(version: before.rulebook, at: before.businessTime).currency)
    }
    let priced = try price(request, draft, hub: hub, &state)
    if mayAsk { try askFor(priced.wishes, state) }
    try requireEverythingGiven(draft, priced)
    let toPay = priced.quote.toPay
    if let asked = request.toPay, asked != toPay { throw TillFault.priceDiffers(asked: asked, toPay: toPay) }
    let tenders =
      draft.tenders.isEmpty && toPay > .zero ? [Tender(type: "cash", amount: toPay)] : draft.tenders
    let tendered = tenders.reduce(Money.zero) { $0 + $1.amount }
    if tendered < toPay { throw TillFault.tenderShort(toPay: toPay, tendered: tendered) }
    let day = priced.rulebook.businessDay(priced.time)
    let earns = priced.member != nil || priced.phone != nil
    let earned = earns ? priced.quote.earned : .zero
    let active = priced.quote.earnedLot.isActive(on: day) ? earned : .zero
    let sale = Sale(
      id: id, businessTime: priced.time, member: priced.member?.id,
      phone: priced.member == nil ? priced.phone : nil, rulebook: priced.rulebook.version,
      lines: priced.quote.lines, tenders: tenders + priced.quote.vouchers, coupons: priced.quote.coupons,
      spent: priced.quote.spent, earned: earned, earnedLot: priced.quote.earnedLot,
      balance: priced.member.map { $0.available(on: day) - priced.quote.pointsSpent + active },
      asOf: state.asOf, offline: !state.pacing.isOnline,
      outcomes: priced.quote.outcomes.filter(\.isKept) + (earns ? priced.quote.earningOutcomes : []),
      requestDigest: digest, growth: earns ? priced.quote.growth : 0, context: priced.quote.context,
      gifts: priced.quote.gifts, allowances: priced.quote.allowancesUsed)
    _ = try commit(.sale(sale), &state)
    return Receipt(sale, currency: priced.rulebook.currency)
  }

  struct Priced {
    let quote: Quote
    let rulebook: Rulebook
    let time: Timestamp
    let member: MemberView?
    let phone: String?
    /// Coupons that could not even be tried, with the reason.
    let barred: [RuleOutcome]
    /// What the store would need to hold to leave no promotion out.
    let wishes: [AllowanceUse]
  }

  private func price(
    _ request: SaleRequest, _ draft: SaleDraft, hub: CouponView.HubWord, _ state: inout AgentState
  ) throws -> Priced {
    var open = try open(request, draft, state)
    var barred: [RuleOutcome] = []
    for code in draft.coupons {
      switch try coupon(code, of: open.member, hub: hub, state) {
      case .usable(let coupon): open.cart.coupons.append(coupon)
      case .barred(let outcome): barred.append(outcome)
      }
    }
    open.cart.points = draft.points
    let (cart, rulebook) = (try limited(open, with: open.cart.coupons, &state), open.rulebook)
    var quote = rulebook.quote(cart)
    let wishes = wishes(cart, quote, rulebook)
    quote.outcomes += barred
    return Priced(
      quote: quote, rulebook: rulebook, time: cart.businessTime, member: open.member, phone: open.phone,
      barred: barred, wishes: wishes)
  }

  /// A cart as the till brought it, with what is known of its customer; nothing has been presented yet.
  struct OpenCart {
    var cart: Cart
    let rulebook: Rulebook
    let day: Day
    let member: MemberView?
    let phone: String?
  }

  func open(_ request: SaleRequest, _ draft: SaleDraft, _ state: AgentState) throws -> OpenCart {
    let time = request.businessTime ?? Timestamp(ms: nowMs(state))
    let rulebook = state.rulebook(at: time)
    let day = rulebook.businessDay(time)
    let (member, phone) = try identify(request, state)
    var cart = Cart(
      businessTime: time, lines: draft.lines,
      member: member?.standing(on: day, utcOffsetMinutes: rulebook.utcOffsetMinutes),
      store: state.identity?.store.text, channel: request.channel ?? "till")
    cart.capLeft = rulebook.earningCaps.left(after: member?.earned[day] ?? .zero)
    cart.isCash = request.cash ?? false
    return OpenCart(cart: cart, rulebook: rulebook, day: day, member: member, phone: phone)
  }

  func identify(_ request: SaleRequest, _ state: AgentState) throws -> (MemberView?, String?) {
    if let id = request.memberId {
      guard let view = try view(id, state) else { throw TillFault.unknownMember }
      return (view, nil)
    }
    guard let typed = request.phone else { return (nil, nil) }
    guard let phone = PhoneNumber(typed) else {
      throw TillFault.invalid(field: "phone", reason: "is not a phone number")
    }
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
