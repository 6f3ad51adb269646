import SyncProtocol

/// A sale as the till sends it.
public struct SaleRequest: Hashable, Sendable, Codable {
  public var saleId: SaleID?
  public var memberId: MemberID?
  public var phone: String?
  public var businessTime: Timestamp?
  public var lines: [LineRequest]
  public var coupons: [String]?
  public var points: Points?
  public var tenders: [TenderRequest]?
  /// What the till told the customer; a different price is refused with the difference (law Q4).
  public var toPay: Money?
  /// Where the customer buys: `till` unless it says otherwise.
  public var channel: String?
  /// Paid in cash, so that the rulebook may round it 抹零.
  public var cash: Bool?
  /// Under which name its coupons were locked 锁券.
  public var lock: String?

  public init(
    saleId: SaleID? = nil, memberId: MemberID? = nil, phone: String? = nil, businessTime: Timestamp? = nil,
    lines: [LineRequest], coupons: [String]? = nil, points: Points? = nil, tenders: [TenderRequest]? = nil,
    toPay: Money? = nil, channel: String? = nil, cash: Bool? = nil, lock: String? = nil
  ) {
    self.saleId = saleId
    self.memberId = memberId
    self.phone = phone
    self.businessTime = businessTime
    self.lines = lines
    self.coupons = coupons
    self.points = points
    self.tenders = tenders
    self.toPay = toPay
    self.channel = channel
    self.cash = cash
    self.lock = lock
  }
}

public struct LineRequest: Hashable, Sendable, Codable {
  public var sku: String
  public var name: String?
  public var category: String?
  public var quantity: Quantity
  /// Minor units for one; or `amount` for the whole line where the till has it already (weighed goods, fuel).
  public var unitPrice: Money?
  public var amount: Money?
  /// Discounts the till has given by itself.
  public var discounts: [DiscountRequest]?

  public init(
    sku: String, name: String? = nil, category: String? = nil, quantity: Quantity, unitPrice: Money? = nil,
    amount: Money? = nil, discounts: [DiscountRequest]? = nil
  ) {
    self.sku = sku
    self.name = name
    self.category = category
    self.quantity = quantity
    self.unitPrice = unitPrice
    self.amount = amount
    self.discounts = discounts
  }
}

public struct DiscountRequest: Hashable, Sendable, Codable {
  public var kind: String
  public var amount: Money

  public init(kind: String, amount: Money) {
    self.kind = kind
    self.amount = amount
  }
}

public struct TenderRequest: Hashable, Sendable, Codable {
  public var type: String
  public var amount: Money
  public var line: Int?

  public init(type: String, amount: Money, line: Int? = nil) {
    self.type = type
    self.amount = amount
    self.line = line
  }
}

public struct EnrolmentRequest: Hashable, Sendable, Codable {
  public var memberId: MemberID?
  public var name: String?
  public var phone: String?
  public var card: String?
  public var birthday: String?
  public var channel: String?
  public var businessTime: Timestamp?
  /// Further fields of the profile, by name.
  public var attributes: [String: String]?
  /// Member code, card or phone of whoever recommended 推荐人.
  public var referrer: String?

  public init(
    memberId: MemberID? = nil, name: String? = nil, phone: String? = nil, card: String? = nil,
    birthday: String? = nil, channel: String? = nil, businessTime: Timestamp? = nil,
    attributes: [String: String]? = nil, referrer: String? = nil
  ) {
    self.referrer = referrer
    self.memberId = memberId
    self.name = name
    self.phone = phone
    self.card = card
    self.birthday = birthday
    self.channel = channel
    self.businessTime = businessTime
    self.attributes = attributes
  }
}

public struct ProfileRequest: Hashable, Sendable, Codable {
  public var name: String?
  public var phone: String?
  public var card: String?
  public var birthday: String?
  public var attributes: [String: String]?
}

public struct ReturnRequest: Hashable, Sendable, Codable {
  public var returnId: ReturnID?
  public var saleId: SaleID
  public var businessTime: Timestamp?
  /// Nil returns everything that has not come back yet.
  public var lines: [ReturnedLine]?
  /// What is paid back for a sale that nobody here can look up: another store's, while the line is down.
  public var refund: Money?

  public init(
    returnId: ReturnID? = nil, saleId: SaleID, businessTime: Timestamp? = nil, lines: [ReturnedLine]? = nil,
    refund: Money? = nil
  ) {
    self.refund = refund
    self.returnId = returnId
    self.saleId = saleId
    self.businessTime = businessTime
    self.lines = lines
  }
}

public struct CheckInRequest: Hashable, Sendable, Codable {
  public var checkInId: CheckInID?
  public var businessTime: Timestamp?

  public init(checkInId: CheckInID? = nil, businessTime: Timestamp? = nil) {
    self.checkInId = checkInId
    self.businessTime = businessTime
  }
}

public struct VoidRequest: Hashable, Sendable, Codable {
  public var businessTime: Timestamp?

  public init(businessTime: Timestamp? = nil) { self.businessTime = businessTime }
}
