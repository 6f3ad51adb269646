/// Rings up the visits: the second half of the generator.
struct GeneratedTill {
  private let shelf: GeneratedShelf
  private var random: SeededRandom

  private static let largestBasket = 161
  private static let coupons = [50, 100, 100, 75, 55, 35, 150, 200, 300]

  init(seed: UInt64, shelf: GeneratedShelf) {
    self.shelf = shelf
    random = SeededRandom(seed: seed, stream: 5)
  }

  mutating func ring(_ visit: GeneratedVisits.Visit, number: Int64, into data: inout ChainData) {
    let start = data.lines.count
    for product in pick() { data.lines.append(makeLine(product)) }
    let basket = ChainData.Basket(
      index: data.baskets.count, number: number, member: visit.member, store: visit.store,
      timeMs: visit.timeMs,
      week: visit.week, lineRange: start..<data.lines.count)
    data.append(basket)
    redeem(in: basket, &data)
  }

  private mutating func pick() -> [Int] {
    let size = min(Self.largestBasket, max(1, Int(random.logNormal(median: 5.4, spread: 1.12))))
    var products: Set<Int> = []
    if random.chance(0.084) { products.insert(shelf.fuelProduct) }
    if random.chance(0.008) { products.insert(shelf.couponProduct) }
    while products.count < size { products.insert(shelf.draw(&random)) }
    return products.sorted()
  }

  private mutating func makeLine(_ product: Int) -> ChainData.Line {
    if product == shelf.fuelProduct { return makeFuelLine() }
    if product == shelf.couponProduct { return couponOnly(product) }
    if random.chance(0.0055) { return worthless(product) }
    var quantity = 1
    while quantity < 24 && random.chance(0.22) { quantity += 1 }
    var line = ChainData.Line(
      product: product, quantity: quantity, gross: shelf.prices[product] * quantity, storeDiscount: 0,
      matchDiscount: 0, coupon: 0)
    if random.chance(0.506) {
      // Mostly a quarter off, now and then all of it.
      let share = random.chance(0.002) ? 1 : 0.03 + 0.25 * (random.unit() + random.unit())
      line.storeDiscount = Int(Double(line.gross) * min(1, share))
    }
    if random.chance(0.0145) { addCoupon(to: &line) }
    return line
  }

  private mutating func addCoupon(to line: inout ChainData.Line) {
    line.coupon = Self.coupons[random.below(Self.coupons.count)]
    if random.chance(0.47) { line.matchDiscount = min(50, line.net) }
  }

  /// Pumped volume counts in thousandths, and costs a fraction of a cent each.
  private mutating func makeFuelLine() -> ChainData.Line {
    let quantity = max(1_000, min(80_000, Int(11_000 + 4_200 * random.normal())))
    let gross = quantity * 2266 / 10_000
    let discount = random.chance(0.3) ? gross / 25 : 0
    return ChainData.Line(
      product: shelf.fuelProduct, quantity: quantity, gross: gross, storeDiscount: discount, matchDiscount: 0,
      coupon: 0)
  }

  private mutating func couponOnly(_ product: Int) -> ChainData.Line {
    let coupon = Self.coupons[random.below(Self.coupons.count)]
    return ChainData.Line(
      product: product, quantity: 1, gross: 0, storeDiscount: 0, matchDiscount: 0, coupon: coupon)
  }

  private mutating func worthless(_ product: Int) -> ChainData.Line {
    ChainData.Line(
      product: product, quantity: random.chance(0.8) ? 0 : 1, gross: 0, storeDiscount: 0, matchDiscount: 0,
      coupon: 0)
  }

  /// A redemption takes the basket's first line that has a coupon and money; some are exchanges without any.
  private mutating func redeem(in basket: ChainData.Basket, _ data: inout ChainData) {
    let paid = basket.lineRange.first { data.lines.coupons[$0] > 0 && data.line($0).net > 0 }
    guard random.chance(paid == nil ? 0.0065 : 0.07) else { return }
    let day = Generator.day(of: basket.timeMs)
    let running = data.campaigns.indices.filter {
      data.campaigns[$0].start <= day && day <= data.campaigns[$0].end
    }
    guard !running.isEmpty else { return }
    let voucher = paid.map { min(data.line($0).coupon, data.line($0).net) } ?? 0
    let campaign = running[random.below(running.count)]
    data.redemptions.append(
      ChainData.Redemption(
        number: Int32(data.redemptions.count + 1), member: Int32(basket.member), campaign: Int32(campaign),
        couponUPC: 51_000_000_000 + Int64(campaign * 100 + random.below(20)), day: day,
        basket: Int32(basket.index), line: paid.map { Int32($0) }, voucherCents: Int32(voucher)))
  }
}
