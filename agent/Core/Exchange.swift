import Loyalty
import SyncProtocol

/// Goods of an earlier sale come back and others go out, in one step 换货. Both happen or neither.
public struct ExchangeRequest: Hashable, Sendable, Codable {
  /// What comes back; its value pays for the sale.
  public var `return`: ReturnRequest
  /// What goes out; its tenders pay what is left.
  public var sale: SaleRequest
  /// What the till told the customer: left to pay, or below zero to be given back. Another sum is refused
  /// with the difference (law Q4).
  public var toPay: Money?

  public init(return back: ReturnRequest, sale: SaleRequest, toPay: Money? = nil) {
    self.return = back
    self.sale = sale
    self.toPay = toPay
  }

  public var digest: UInt64 {
    var digest = RequestDigest()
    digest.add("exchange")
    for part in [`return`.digest, sale.digest] { digest.add(Int64(bitPattern: part)) }
    digest.add(toPay?.minor)
    return digest.value
  }

  /// The ids of the two parts. One follows from the other, so that either names both; nil where neither
  /// the request nor its key names one.
  public func ids(at store: StoreCode, key: String?) -> (back: ReturnID, sale: SaleID)? {
    let named = `return`.returnId.map { SaleID(derivedFrom: "exchange/\($0)") }
    let keyed = key.map { SaleID(derivedFrom: "exchange/\(store)/\($0)") }
    return (sale.saleId ?? named ?? keyed).map(ids)
  }

  public func ids(for sale: SaleID) -> (back: ReturnID, sale: SaleID) {
    (`return`.returnId ?? ReturnID(derivedFrom: "exchange/\(sale)"), sale)
  }

  /// Both parts at one time: where only one names it, it is the other's as well.
  public func timed(_ now: Timestamp) -> ExchangeRequest {
    var timed = self
    timed.return.businessTime = `return`.businessTime ?? sale.businessTime ?? now
    timed.sale.businessTime = sale.businessTime ?? timed.return.businessTime
    return timed
  }
}

/// What an exchange came to; from the two journalled parts alone, so a repeated request gets the same.
public struct ExchangeReceipt: Hashable, Sendable, Codable {
  public let `return`: ReturnReceipt
  public let sale: Receipt
  /// The difference 差价: what was left to pay, or below zero what the customer gets back.
  public let toPay: Money

  public init(_ back: SaleReturn, _ receipt: Receipt) {
    `return` = ReturnReceipt(back)
    sale = receipt
    toPay = receipt.toPay - back.refund
  }
}

/// What an exchange would come to; nothing is written.
public struct ExchangeQuote: Hashable, Sendable, Codable {
  public struct Return: Hashable, Sendable, Codable {
    public let saleId: SaleID
    public let lines: [ReturnedLine]
    public let refund: Money
    public let pointsRestored: Points
    public let pointsClawedBack: Points
    public let pointsDebt: Points
    public let pointsLoss: Points
    public let coupons: [CouponID]
  }

  public let `return`: Return
  public let sale: QuoteResponse
  /// The difference 差价: what would be left to pay, or below zero what the customer would get back.
  public let toPay: Money

  public init(_ back: SaleReturn, _ quote: QuoteResponse) {
    let receipt = ReturnReceipt(back)
    `return` = Return(
      saleId: receipt.saleId, lines: receipt.lines, refund: receipt.refund,
      pointsRestored: receipt.pointsRestored, pointsClawedBack: receipt.pointsClawedBack,
      pointsDebt: receipt.pointsDebt, pointsLoss: receipt.pointsLoss, coupons: receipt.coupons)
    sale = quote
    toPay = quote.toPay - back.refund
  }
}
