import AgentCore
import Loyalty
import SyncProtocol
import Synchronization

/// Goods come back and others go out in one step 换货: a return, and a sale that sees the store as the return
/// left it, with points and coupons that came back.
extension StoreAgent {
  /// Commits both parts or neither. The value of what came back pays for what goes out; what is left of it
  /// is refunded.
  public func exchange(_ request: ExchangeRequest, key: String? = nil) throws -> ExchangeReceipt {
    let draft = try checked(request)
    let elsewhere = known(request.return.saleId)
    let earned = try sale(request.return.saleId, elsewhere)?.earned ?? .zero
    return try withClaims(for: request.sale, draft, andTakingBack: earned) { state, attempt in
      let identity = try identity(state)
      let ids = request.ids(at: identity.store, key: key) ?? request.ids(for: newID(state))
      if let known = try exchange(ids, digest: request.digest, state) { return known }
      let timed = request.timed(Timestamp(ms: nowMs(state)))
      let (back, left) = try takeBack(timed.return, ids.back, request.digest, elsewhere, state)
      var after = left
      let exchanged = Exchanged(value: back.refund, before: state)
      let sale = try within("sale") {
        try decide(
          timed.sale, draft, id: ids.sale, digest: request.digest, exchanged: exchanged, attempt, &after)
      }
      let done = ExchangeReceipt(back, receipt(sale, state))
      if let asked = request.toPay, asked != done.toPay {
        throw TillFault.priceDiffers(asked: asked, toPay: done.toPay)
      }
      state.storeUses = after.storeUses
      try commit([.saleReturn(back), .sale(sale)], &state)
      return done
    }
  }

  /// What it would come to. What the return part refuses is refused; wishes of the sale that cannot be
  /// granted are in its outcomes.
  public func quote(_ request: ExchangeRequest) throws -> ExchangeQuote {
    let draft = try checked(request)
    let elsewhere = known(request.return.saleId)
    return try withAllowances { state, mayAsk in
      _ = try identity(state)
      let timed = request.timed(Timestamp(ms: nowMs(state)))
      let (back, left) = try takeBack(timed.return, newID(state), request.digest, elsewhere, state)
      var after = left
      let attempt = Attempt(hub: state.couponWord, mayAsk: mayAsk)
      let sale = try within("sale") { try quote(timed.sale, draft, attempt, &after) }
      (state.quotes, state.storeUses) = (after.quotes, after.storeUses)
      return ExchangeQuote(back, sale)
    }
  }

  private func checked(_ request: ExchangeRequest) throws -> SaleDraft {
    try within("return") { try Self.check(request.return) }
    let draft = try within("sale") { try SaleDraft(request.sale) }
    let bound = Limits.lineMinorUnits * Int64(Limits.saleLines)
    if let toPay = request.toPay, toPay.minor.magnitude > UInt64(bound) {
      throw TillFault.invalid(field: "toPay", reason: "is from -\(bound) to \(bound)")
    }
    if let back = request.return.returnId, back.bytes == request.sale.saleId?.bytes {
      throw TillFault.invalid(field: "sale.saleId", reason: "is not the return's id")
    }
    guard draft.tenders.count < Limits.saleTenders else {
      throw TillFault.invalid(field: "sale.tenders", reason: "are at most \(Limits.saleTenders - 1)")
    }
    return draft
  }

  /// The same exchange as it was committed before; nil where there was none.
  private func exchange(
    _ ids: (back: ReturnID, sale: SaleID), digest: UInt64, _ state: AgentState
  ) throws -> ExchangeReceipt? {
    let entries = (
      back: try journal.entry(reference: ids.back.bytes), sale: try journal.entry(reference: ids.sale.bytes)
    )
    if entries.back == nil, entries.sale == nil { return nil }
    guard case .saleReturn(let back)? = entries.back?.body, case .sale(let sale)? = entries.sale?.body,
      back.requestDigest == digest, sale.requestDigest == digest
    else { throw TillFault.conflictingRepeat }
    return ExchangeReceipt(back, receipt(sale, state))
  }

  /// The return, and the store as it will be after it.
  private func takeBack(
    _ request: ReturnRequest, _ id: ReturnID, _ digest: UInt64, _ elsewhere: KnownSale?, _ state: AgentState
  ) throws -> (back: SaleReturn, after: AgentState) {
    let back = try within("return") {
      try decide(request, id: id, digest: digest, elsewhere, state)
    }
    var after = state
    after.addToOverlay(Entry(seq: state.tip.seq.next, time: state.tip.time, body: .saleReturn(back)))
    return (back, after)
  }

  /// Names a field that is refused from the top of the request.
  private func within<T>(_ part: String, _ body: () throws -> T) throws -> T {
    do { return try body() } catch TillFault.invalid(let field, let reason) {
      throw TillFault.invalid(field: field.isEmpty ? part : "\(part).\(field)", reason: reason)
    }
  }
}
