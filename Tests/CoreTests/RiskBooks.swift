import AgentCore
import Loyalty
import Seeds
import SyncProtocol
import Testing

/// What a store has risked, counted from its sales.
struct RiskBooks {
  private static func sale(_ member: MemberID?, _ risked: [Int64]) -> Sale {
    Sale(
      id: SaleID(high: 1, low: 1), businessTime: Samples.noon, member: member, phone: nil, rulebook: 1,
      lines: [],
      tenders: [], coupons: [], spent: [], earned: .zero, earnedLot: Samples.lots[0], balance: nil,
      asOf: Samples.noon, offline: true,
      outcomes: risked.enumerated().map {
        RuleOutcome(rule: "x", code: $0.offset == 0 ? "points_risked" : "coupon_risked", amount: $0.element)
      } + [RuleOutcome(rule: "x", code: "coupon_applied", amount: 7)], requestDigest: 0)
  }

  @Test func `over days, members and outages no cap is ever passed, and every sale is counted once`() {
    let policy = OfflinePolicy(points: .floorLimit, perMemberDay: Money(50), perStoreOutage: Money(120))
    let people = [MemberID(high: 0, low: 1), MemberID(high: 0, low: 2), MemberID(high: 0, low: 3)]
    forAll { (samples: inout Samples) in
      var book = RiskBook(since: Samples.today)
      var (seq, received, day) = (JournalSeq.none, JournalSeq.none, Samples.today)
      var taken: [(seq: JournalSeq, person: Int, day: Day, amount: Int64)] = []
      for _ in 0..<30 {
        if samples.number(0...9) == 0 { day = Day(day.number + 1) }
        if samples.number(0...9) == 0 { received = seq }
        let person = Int(samples.number(0...1))
        // The second person has two records.
        let records: Set<MemberID> = person == 0 ? [people[0]] : [people[1], people[2]]
        let told = book.taken(by: records, on: day, after: received)
        let left = OfflineLeeway(policy, after: told).left
        let amount = samples.number(0...max(0, left.minor))
        seq = seq.next
        let first = samples.number(0...amount)
        let owner = person == 0 ? people[0] : people[Int(samples.number(1...2))]
        book.add(Self.sale(owner, [first, amount - first]), at: seq, on: day)
        taken.append((seq, person, day, amount))
        let ofOutage = taken.filter { $0.seq > received }.reduce(0) { $0 + $1.amount }
        let ofDay = taken.filter { $0.person == person && $0.day == day }.reduce(0) { $0 + $1.amount }
        let after = book.taken(by: records, on: day, after: received)
        guard after == RiskTaken(byMemberToday: Money(ofDay), inOutage: Money(ofOutage)) else { return false }
        guard ofDay <= 50, ofOutage <= 120 else { return false }
      }
      return true
    }
  }

  @Test func `a sale that says nothing of a risk risks nothing`() {
    var book = RiskBook(since: Samples.today)
    book.add(Self.sale(MemberID(high: 0, low: 1), []), at: JournalSeq(1), on: Samples.today)
    #expect(book == RiskBook(since: Samples.today))
  }
}
