/// A chain's trade as the source tells it: who bought what, where and when. The replay's only input.
///
/// Baskets stand in the order of business time; a basket's lines stand together, in the order of its
/// products' numbers. Members, stores, products, campaigns and baskets are referred to by their index here,
/// so that one and a half million lines stay flat arrays; the numbers that the source gave them are kept
/// beside.
public struct ChainData: Equatable, Sendable {
  /// Store numbers, ascending.
  public var stores: [Int32] = []
  /// Households with at least one basket, ascending by number.
  public var members: [Member] = []
  /// Everything on the chain's list, sold or not, ascending by number.
  public var products: [Product] = []
  public var departments: [String] = []
  public var categories: [String] = []
  public var baskets = BasketColumns()
  public var lines = LineColumns()
  public var campaigns: [Campaign] = []
  /// Ordered by basket, then by number.
  public var redemptions: [Redemption] = []

  public init() {}

  public struct Member: Equatable, Sendable {
    public var household: Int32
    /// Index of the basket with which the household first appears: there and then it is enrolled.
    public var firstBasket: Int32

    public init(household: Int32, firstBasket: Int32) {
      self.household = household
      self.firstBasket = firstBasket
    }
  }

  public struct Product: Equatable, Sendable {
    public var number: Int32
    /// Index into `departments`.
    public var department: Int32
    /// Index into `categories`.
    public var category: Int32

    public init(number: Int32, department: Int32, category: Int32) {
      self.number = number
      self.department = department
      self.category = category
    }
  }

  public struct Campaign: Equatable, Sendable {
    public var number: Int32
    public var type: String
    public var start: BusinessDay
    /// The last day on which it runs.
    public var end: BusinessDay

    public init(number: Int32, type: String, start: BusinessDay, end: BusinessDay) {
      self.number = number
      self.type = type
      self.start = start
      self.end = end
    }
  }

  /// One coupon used once by one household.
  public struct Redemption: Equatable, Sendable {
    public var number: Int32
    public var member: Int32
    public var campaign: Int32
    public var couponUPC: Int64
    public var day: BusinessDay
    public var basket: Int32
    /// Index into `lines` of the line that the coupon paid for; nil where it was exchanged without money.
    public var line: Int32?
    /// Part of that line's `coupon` cents, never more than its net.
    public var voucherCents: Int32

    public init(
      number: Int32, member: Int32, campaign: Int32, couponUPC: Int64, day: BusinessDay, basket: Int32,
      line: Int32?, voucherCents: Int32
    ) {
      self.number = number
      self.member = member
      self.campaign = campaign
      self.couponUPC = couponUPC
      self.day = day
      self.basket = basket
      self.line = line
      self.voucherCents = voucherCents
    }
  }
}
