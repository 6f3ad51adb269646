import AgentCore
import Foundation
import Loyalty
import Seeds
import SyncProtocol
import Testing

/// The tier of a person as an agent reads it off the rows that it was sent, and off its own journal.
struct TierAgreement {
  private static let row = MemberRow(
    maskedName: "王*", phoneKey: nil, phoneLastDigits: "", card: nil, birthday: nil, home: NodeID(3),
    aliasOf: nil, enrolledAt: .zero)
  private static let offset = 480

  private static func id(_ number: Int) -> MemberID { MemberID(high: 0, low: UInt64(number)) }

  /// What an agent makes of accounts that came over the wire into its replica.
  private func view(
    _ accounts: [AccountRow], held: [LotKey: Holding] = [:], _ overlay: Overlay = Overlay()
  ) throws -> MemberView? {
    let records = try accounts.enumerated().map { number, account in
      let stored = account.fields.canonicalBytes
      return MemberRecord(
        id: Self.id(number), member: Self.row, account: try AccountRow(Fields(canonicalBytes: stored)),
        holding: HoldingRow(lots: held))
    }
    return MemberView(records, overlay: overlay, after: .none, node: NodeID(1)) { _ in nil }
  }

  private func rulebook(_ scheme: TierScheme) -> Rulebook {
    var rulebook = Rulebook.none
    (rulebook.tiers, rulebook.utcOffsetMinutes) = (scheme, Self.offset)
    return rulebook
  }

  private func day(_ accounts: [AccountRow], _ samples: inout Samples) -> Day {
    Day((accounts[0].joined?.number ?? 0) + Int32(samples.number(0...1_000)))
  }

  /// Sales and returns of this store that the hub has not told of yet, and the hub's accounts once it has.
  private func ownDoings(
    _ accounts: inout [AccountRow], _ rulebook: Rulebook, _ samples: inout Samples, spends: Bool
  ) -> Overlay {
    var overlay = Overlay()
    let reading = EntryReading(day: rulebook.businessDay, phoneKey: { _ in nil })
    for seq in 1...UInt64(samples.number(1...3)) {
      let owner = Int(samples.number(0...Int64(accounts.count - 1)))
      let time = Timestamp(
        ms: Int64(day(accounts, &samples).number) * 86_400_000 + samples.number(0...86_399_999))
      let net = samples.number(1...20)
      let spent = LotAmount(owner: Self.id(owner), lot: Samples.lots[0], points: samples.points(1...500))
      let sale = Sale(
        id: samples.id(), businessTime: time, member: Self.id(owner), phone: nil, rulebook: 1,
        lines: [SaleLine(sku: "a", quantity: Quantity(milli: 1_000), gross: Money(net))],
        tenders: [Tender(type: "cash", amount: Money(net))], coupons: [], spent: spends ? [spent] : [],
        earned: samples.points(0...50), earnedLot: Samples.lots[1], balance: nil, asOf: time, offline: true,
        outcomes: [], requestDigest: 0, growth: samples.number(0...9))
      overlay.add(Entry(seq: JournalSeq(seq), time: HybridTime(ms: time.ms), body: .sale(sale)), reading)
      var history = MetricHistory(joined: Day(0), months: accounts[owner].months)
      history.add(MonthSum(sale, on: rulebook.businessDay(time)))
      accounts[owner].months = history.months.sorted { $0.month < $1.month }
    }
    return overlay
  }

  @Test func `hub and agent, given the same facts, say the same tier, whichever way those came (T4)`() {
    forAll { (samples: inout Samples) in
      let scheme = samples.tierScheme()
      guard scheme.faults().isEmpty else { return false }
      let rulebook = rulebook(scheme)
      let published = try Rulebook.decode(try rulebook.encoded())
      let told = samples.accounts()
      var known = told
      let overlay = ownDoings(&known, rulebook, &samples, spends: samples.flag())
      // As server/Storage/TierFacts puts a person together.
      var facts = TierFacts(history: MetricHistory(joined: known[0].joined ?? Day(0)))
      for account in known { facts.add(account) }
      facts.pay(known.flatMap(\.memberships), utcOffsetMinutes: rulebook.utcOffsetMinutes)
      guard let ahead = try view(told, overlay), let after = try view(known), let agents = published.tiers
      else {
        return false
      }
      let day = day(told, &samples)
      let standing = scheme.standing(of: facts, on: day)
      return [ahead, after].allSatisfy {
        let own = $0.tierFacts(utcOffsetMinutes: published.utcOffsetMinutes)
        return agents.standing(of: own, on: day) == standing
          && published.tier(of: own, on: day)?.id == rulebook.tier(of: facts, on: day)?.id
      }
    }
  }

  @Test func `no points, held, owed, spent or pending, change the tier that an agent says (T3)`() {
    forAll { (samples: inout Samples) in
      let scheme = samples.tierScheme()
      let rulebook = rulebook(scheme)
      let accounts = samples.accounts()
      var others = accounts
      for index in others.indices { samples.points(of: &others[index]) }
      let holdings = Dictionary(
        uniqueKeysWithValues: Samples.lots.map {
          ($0, Holding(granted: samples.points(50...900), used: samples.points(0...50)))
        })
      var (withSales, randomness) = (accounts, samples)
      let plain = ownDoings(&withSales, rulebook, &randomness, spends: false)
      let spending = ownDoings(&withSales, rulebook, &samples, spends: true)
      let day = day(accounts, &samples)
      guard let one = try view(accounts, plain), let other = try view(others, held: holdings, spending),
        let before = try view(accounts), let after = try view(others, held: holdings)
      else { return false }
      func said(_ view: MemberView) -> [TierStanding?] {
        let standing = view.standing(on: day, utcOffsetMinutes: Self.offset)
        let cart = Cart(
          businessTime: Timestamp(ms: Int64(day.number) * 86_400_000), lines: [], member: standing)
        return [
          scheme.standing(of: view.tierFacts(utcOffsetMinutes: Self.offset), on: day),
          scheme.standing(of: standing.tierFacts, on: day),
        ] + (rulebook.quote(cart).tier == rulebook.tier(of: standing.tierFacts, on: day) ? [] : [nil])
      }
      return said(one) == said(other) && said(before) == said(after) && said(one).count == 2
    }
  }
}
