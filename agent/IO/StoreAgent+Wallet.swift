import AgentCore
import Loyalty
import SyncProtocol
import Synchronization

/// Which of a member's coupons to present 券包.
extension StoreAgent {
  /// A member's coupons beside a cart: what each would save, and which are best together. Used ones are not
  /// listed; coupons and points in the request are not looked at. No coupon is claimed: a sale does that.
  public func wallet(_ request: SaleRequest) throws -> WalletResponse {
    let draft = try SaleDraft(request)
    let first = try weighed(request, draft)
    do {
      try state.withLock { try askFor(first.wishes, $0) }
      return first.response
    } catch let lack as AllowanceLack {
      try claim(lack)
      return try weighed(request, draft).response
    }
  }

  private struct OpenWallet {
    let open: OpenCart
    let cart: Cart
    let member: MemberID
    let coupons: [WalletCoupon]
    let asOf: Timestamp
    let offline: Bool
  }

  private func weighed(
    _ request: SaleRequest, _ draft: SaleDraft
  ) throws -> (response: WalletResponse, wishes: [AllowanceUse]) {
    let it = try state.withLock { try openWallet(request, draft, &$0) }
    // Weighing takes its time where there are many coupons; other tills need not wait for it.
    let (rulebook, presented) = (it.open.rulebook, it.coupons.compactMap(\.presented))
    let wallet = rulebook.wallet(it.cart, coupons: presented)
    let response = WalletResponse(
      of: it.member, it.coupons, weighed: wallet, by: rulebook, on: it.open.day, asOf: it.asOf,
      offline: it.offline)
    var lacks: [String: Int64] = [:]
    for wish in wishes(it.cart, rulebook.quote(it.cart), rulebook) { lacks[wish.name] = wish.amount }
    let missing = Set(wallet.entries.filter { $0.outcome.code == "gift_out_of_stock" }.map(\.coupon))
    for sku in presented.filter({ missing.contains($0.id) }).compactMap(\.terms.giftSku) {
      lacks[AllowanceName.gift(sku), default: 0] += 1
    }
    let wishes = lacks.sorted { $0.key < $1.key }.prefix(Limits.entryAllowances)
    return (response, wishes.map { AllowanceUse(name: $0.key, amount: $0.value) })
  }

  private func openWallet(
    _ request: SaleRequest, _ draft: SaleDraft, _ state: inout AgentState
  ) throws -> OpenWallet {
    _ = try identity(state)
    guard request.memberId != nil || request.phone != nil else {
      throw TillFault.invalid(field: "memberId", reason: "or phone says whose coupons")
    }
    let open = try open(request, draft, &state)
    guard let member = open.member else { throw TillFault.unknownMember }
    let terms = CouponTry(
      hub: state.couponWord, mayRisk: open.cart.offline?.takesRisk ?? false, lock: request.lock)
    let coupons = try coupons(of: member, state).filter { $0.state != .redeemed }.map {
      try tried($0, terms, state)
    }
    let cart = try limited(open, with: coupons.compactMap(\.presented), &state)
    return OpenWallet(
      open: open, cart: cart, member: member.id, coupons: coupons, asOf: state.asOf,
      offline: !state.pacing.isOnline)
  }
}
