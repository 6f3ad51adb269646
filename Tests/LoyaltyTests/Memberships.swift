import Loyalty
import Seeds
import SyncProtocol
import Testing

struct Memberships {
  private static let start = Day("2026-01-25")!

  private static func time(_ day: Int64, _ hour: Int64) -> Timestamp {
    Timestamp(ms: (Int64(start.number) + day) * 86_400_000 + hour * 3_600_000)
  }

  private static func purchases(_ samples: inout Samples) -> [MembershipPurchase] {
    var all: [MembershipPurchase] = []
    for number in 0..<samples.number(0...5) {
      let (day, milli) = (samples.number(0...90), 500 * samples.number(0...6))
      var (returns, left): (Set<MembershipPurchase.Returned>, Int64) = ([], milli)
      while left > 0, samples.flag() {
        let part = min(left, 500 * samples.number(1...4))
        left -= part
        returns.insert(
          MembershipPurchase.Returned(
            id: samples.id(), time: time(day + samples.number(0...150), 23), quantity: Quantity(milli: part)))
      }
      all.append(
        MembershipPurchase(
          sale: SaleID(high: 1, low: UInt64(samples.number(0...2)) << 8 | UInt64(number)),
          time: time(day, samples.number(0...2)), line: Int(samples.number(0...1)),
          product: samples.membership("VIP"), quantity: Quantity(milli: milli), returns: returns))
    }
    return all
  }

  /// A desk clerk's day: terms bought join the queue of their level, those returned leave it, and the first
  /// of the queue begins when nothing of its level is valid.
  private static func oracle(_ purchases: [MembershipPurchase]) -> Set<PaidMembership> {
    struct Term {
      let purchase: MembershipPurchase
      var from: Int32?
      var end: Int32?
    }
    var periods: Set<PaidMembership> = []
    for level in ["plus", "max"] {
      var queue: [Term] = []
      let own = purchases.filter { $0.product.level == level }
      func close(_ term: Term, _ day: Int32) {
        if let from = term.from, from < day {
          periods.insert(PaidMembership(level: level, from: Day(from), until: Day(day)))
        }
      }
      func number(_ time: Timestamp) -> Int32 { time.day(utcOffsetMinutes: 0).number }
      for today in start.number..<start.number + 2_500 {
        for purchase in own.sorted(by: { ($0.time, $0.sale, $0.line) < ($1.time, $1.sale, $1.line) })
        where number(purchase.time) == today {
          for _ in 0..<purchase.quantity.milli / 1000 { queue.append(Term(purchase: purchase)) }
        }
        if let end = queue.first?.end, end == today { close(queue.removeFirst(), today) }
        for purchase in own {
          let back = purchase.returns.filter { number($0.time) <= today }.reduce(0) { $0 + $1.quantity.milli }
          let gone = purchase.returns.filter { number($0.time) < today }.reduce(0) { $0 + $1.quantity.milli }
          let bought = purchase.quantity.milli
          for _ in 0..<bought / 1000 - (bought - back) / 1000 - (bought / 1000 - (bought - gone) / 1000) {
            if let last = queue.lastIndex(where: { $0.purchase == purchase }) {
              close(queue.remove(at: last), today)
            }
          }
        }
        if !queue.isEmpty, queue[0].from == nil {
          queue[0].from = today
          queue[0].end = end(queue[0].purchase.product, today)
        }
      }
    }
    return periods
  }

  /// Finds the same date of a later month by trying.
  private static func end(_ product: MembershipProduct, _ from: Int32) -> Int32 {
    guard let months = product.months else { return from + Int32(product.days ?? 0) }
    let (year, month, date) = Day(from).components
    let later = (year * 12 + month - 1 + months)
    for date in stride(from: date, to: 0, by: -1) {
      if let day = Day(year: later / 12, month: later % 12 + 1, day: date) { return day.number }
    }
    return from
  }

  @Test func `periods are what a clerk with a queue for each level comes to`() {
    forAll { (samples: inout Samples) in
      let purchases = Self.purchases(&samples)
      let periods = PaidMembership.periods(of: purchases, utcOffsetMinutes: 0)
      return Set(periods) == Self.oracle(purchases) && Set(periods).count == periods.count
    }
  }

  @Test func `the order of purchases, and a line told twice, change nothing`() {
    forAll { (samples: inout Samples) in
      let purchases = Self.purchases(&samples)
      // Another store heard of each line before anything of it came back.
      let early = purchases.map { one in
        var one = one
        one.returns = []
        return one
      }
      return PaidMembership.periods(of: purchases, utcOffsetMinutes: 480)
        == PaidMembership.periods(
          of: (purchases + early).shuffled(using: &samples.random), utcOffsetMinutes: 480)
    }
  }

  @Test func `periods of one level never overlap, and what is returned is not valid from that day`() {
    forAll { (samples: inout Samples) in
      let purchases = Self.purchases(&samples)
      let periods = PaidMembership.periods(of: purchases, utcOffsetMinutes: 0)
      for level in ["plus", "max"] {
        let own = periods.filter { $0.level == level }
        guard zip(own, own.dropFirst()).allSatisfy({ $0.until <= $1.from }) else { return false }
      }
      let gone = purchases.filter { purchase in
        purchase.returns.reduce(0) { $0 + $1.quantity.milli } > purchase.quantity.milli - 1000
      }
      guard gone.count == purchases.count, let last = gone.flatMap(\.returns).map(\.time).max() else {
        return true
      }
      return periods.allSatisfy { $0.until <= last.day(utcOffsetMinutes: 0) }
    }
  }

  @Test func `a term in months ends on the same date, or on the last there is`() {
    func end(_ from: String, _ months: Int) -> String {
      MembershipProduct(sku: "v", name: Samples.words, level: "plus", months: months).end(from: Day(from)!)
        .description
    }
    #expect(end("2026-01-15", 12) == "2027-01-15")
    #expect(end("2026-01-31", 1) == "2026-02-28")
    #expect(end("2028-01-31", 1) == "2028-02-29")
    #expect(end("2026-12-31", 2) == "2027-02-28")
    #expect(end("2028-02-29", 12) == "2029-02-28")
    let wild = MembershipProduct(sku: "v", name: Samples.words, level: "plus", months: .max)
    #expect(wild.end(from: .never) <= .never)
  }

  @Test func `a sale's lines tell which memberships were bought, and its returns what is left`() {
    var programs = Programs()
    programs.memberships = [
      MembershipProduct(sku: "VIP", name: Samples.words, level: "plus", months: 12)
    ]
    let line = SaleLine(sku: "milk", quantity: Quantity(milli: 1000), gross: Money(5))
    let vip = SaleLine(sku: "VIP", quantity: Quantity(milli: 2000), gross: Money(99_00))
    let cart = Cart(businessTime: Samples.noon, lines: [line, vip], member: MemberStanding())
    let sale = Sale.of(Rulebook.none.quote(cart))
    let back = SaleReturn(
      id: ReturnID(high: 9, low: 9), sale: sale.id, businessTime: Samples.noon, member: sale.member,
      isVoid: false, lines: [ReturnedLine(line: 1, quantity: Quantity(milli: 1000))], net: .zero,
      refund: .zero, restored: [], clawedBack: [], debt: .zero, coupons: [], requestDigest: 0)
    let bought = programs.membershipPurchases(in: sale, returns: [back])
    #expect(bought.map(\.line) == [1])
    let periods = PaidMembership.periods(of: bought, utcOffsetMinutes: 480)
    #expect(periods == [PaidMembership(level: "plus", from: Samples.today, until: Day("2027-06-15")!)])
  }
}
