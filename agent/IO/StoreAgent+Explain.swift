import AgentCore
import Loyalty
import SyncProtocol
import Synchronization

/// A quote that a till may still ask about.
struct RememberedQuote: Sendable {
  let id: QuoteID
  let explanation: Explanation
}

extension AgentState {
  /// Quotes of which the agent still knows why: an hour of a busy store.
  static let rememberedQuotes = 500

  mutating func remember(_ quote: RememberedQuote) {
    quotes.append(quote)
    if quotes.count > Self.rememberedQuotes { quotes.removeFirst(quotes.count - Self.rememberedQuotes) }
  }
}

/// Why: from what was recorded, without pricing again.
extension StoreAgent {
  public func explain(quote id: QuoteID) throws -> Explanation {
    try state.withLock { state in
      guard let quote = state.quotes.last(where: { $0.id == id }) else { throw TillFault.unknownQuote }
      return quote.explanation
    }
  }

  public func explain(sale id: SaleID) throws -> Explanation {
    guard case .sale(let sale)? = try journal.entry(reference: id.bytes)?.body else {
      throw TillFault.unknownSale
    }
    let coupons = try couponNames(sale.coupons)
    return state.withLock {
      $0.rulebook(version: sale.rulebook, at: sale.businessTime)
        .explain(lines: sale.lines, outcomes: sale.outcomes, gifts: sale.gifts, coupons: coupons)
    }
  }

  func couponNames(_ coupons: [CouponID]) throws -> [String: Words] {
    try replica.read { reader in
      var names: [String: Words] = [:]
      for id in coupons {
        guard let row = try reader.fields(.coupon, id.bytes).flatMap({ CouponRow($0) }) else { continue }
        names[row.code] = try? CouponTerms.decode(row.terms).name
      }
      return names
    }
  }
}
