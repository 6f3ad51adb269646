import Loyalty
import Seeds
import SyncProtocol
import Testing

struct NightlyLaws {
  private typealias Key = ExpiryNotice.Key

  /// What the nights of a person came to: what was done on which night.
  private struct Nights {
    var last: Day?
    var told: Set<Key> = []
    var steps: [(day: Day, step: NightlyStep)] = []

    mutating func run(_ rulebook: Rulebook, _ ledger: MemberLedger, on day: Day) {
      for step in rulebook.nightly(ledger, on: day, lastRun: last, told: told) {
        steps.append((day, step))
        if case .notify(let notice) = step { told.insert(notice.key) }
      }
      last = day
    }

    var notices: [(day: Day, notice: ExpiryNotice)] {
      steps.compactMap { if case .notify(let notice) = $0.step { ($0.day, notice) } else { nil } }
    }
  }

  private func rulebook(_ samples: inout LedgerSamples) -> Rulebook {
    var rulebook = Rulebook.none
    rulebook.expiryNoticeDays = samples.oneOf([[], [7], [30, 7], [1, 3, 10], [20, 40]])
    return rulebook
  }

  /// The ledger as each night finds it.
  private func ledgers(_ samples: inout LedgerSamples) -> (Day) -> MemberLedger {
    let all = samples.ledger()
    return { all.through($0, utcOffsetMinutes: LedgerSamples.offset) }
  }

  private let days = (-42...30).map { LedgerSamples.day(Int64($0)) }

  @Test func `a night done again, whole or after it was cut off, changes nothing (P8)`() {
    forAll { (samples: inout LedgerSamples) in
      let (rulebook, ledger) = (rulebook(&samples), samples.ledger())
      let day = LedgerSamples.day(samples.number(-20...20))
      let lastRun = samples.maybe { LedgerSamples.day($0.number(-45 ... -20)) }
      let steps = rulebook.nightly(ledger, on: day, lastRun: lastRun, told: [])
      let keys = steps.compactMap { step -> Key? in
        if case .notify(let notice) = step { notice.key } else { nil }
      }
      let cut = Set(keys.prefix(Int(samples.number(0...3))))
      let rest = rulebook.nightly(ledger, on: day, lastRun: lastRun, told: cut)
      let expected = steps.filter { step in
        if case .notify(let notice) = step { !cut.contains(notice.key) } else { true }
      }
      return rulebook.nightly(ledger, on: day, lastRun: day, told: Set(keys)).isEmpty && rest == expected
        && Set(keys).count == keys.count
    }
  }

  @Test func `a night activates, then looks at tiers, then tells (P8)`() {
    forAll { (samples: inout LedgerSamples) in
      let (rulebook, ledger) = (rulebook(&samples), samples.ledger())
      let steps = rulebook.nightly(
        ledger, on: LedgerSamples.today, lastRun: LedgerSamples.day(samples.number(-60 ... -1)), told: [])
      let ranks = steps.map { step in
        switch step {
        case .activate: 0
        case .expire: 1
        case .tiers: 2
        case .notify: 3
        }
      }
      return ranks == ranks.sorted() && ranks.filter { $0 == 2 }.count == 1
    }
  }

  @Test func `nights that were missed are made up for, but for what is pointless by then (P8)`() {
    forAll { (samples: inout LedgerSamples) in
      let (rulebook, ledger) = (rulebook(&samples), ledgers(&samples))
      let runs = days.filter { _ in samples.number(0...3) == 0 }
      var (each, some) = (Nights(), Nights())
      for day in days { each.run(rulebook, ledger(day), on: day) }
      for day in runs { some.run(rulebook, ledger(day), on: day) }
      let all = Set(each.notices.map(\.notice.key))
      let told = some.notices.map(\.notice.key)
      guard Set(told).count == told.count, all.isSuperset(of: told) else { return false }
      return each.notices.allSatisfy { day, notice in
        guard !told.contains(notice.key), let next = runs.first(where: { $0 >= day }) else { return true }
        return isPointless(notice.key, rulebook, ledger(next), on: next)
      }
    }
  }

  private func isPointless(_ key: Key, _ rulebook: Rulebook, _ ledger: MemberLedger, on day: Day) -> Bool {
    let left = Int(key.expiresOn.number - day.number)
    let isThere = ledger.remainders.contains { $0.lot.expiresOn == key.expiresOn && $0.lot.isActive(on: day) }
    let isMoreUrgent = rulebook.expiryNoticeDays.contains { $0 < key.daysBefore && left <= $0 }
    return left <= 0 || !isThere || ledger.available(on: day) <= .zero || isMoreUrgent
  }

  @Test func `after missed nights the same lots became active and the same points lapsed`() {
    forAll { (samples: inout LedgerSamples) in
      let (rulebook, ledger) = (rulebook(&samples), samples.ledger())
      var (each, some) = (Nights(last: days[0]), Nights(last: days[0]))
      for day in days { each.run(rulebook, ledger, on: day) }
      let runs = days.filter { _ in samples.number(0...3) == 0 } + [days[days.count - 1]]
      for day in runs { some.run(rulebook, ledger, on: day) }
      func lapsed(_ nights: Nights) -> [LotAmount] {
        nights.steps.compactMap { if case .expire(let amount) = $0.step { amount } else { nil } }.sorted {
          ($0.lot, $0.owner) < ($1.lot, $1.owner)
        }
      }
      func activated(_ nights: Nights) -> Set<LotAmount> {
        Set(nights.steps.compactMap { if case .activate(let amount) = $0.step { amount } else { nil } })
      }
      let isShort = activated(each).subtracting(activated(some)).allSatisfy { amount in
        runs.first { $0 >= amount.lot.availableFrom }.map { $0 >= amount.lot.expiresOn } ?? true
      }
      let covered = some.steps.reduce(into: Set<Day>()) { covered, entry in
        if case .tiers(let range) = entry.step {
          for number in range.lowerBound.number...range.upperBound.number { covered.insert(Day(number)) }
        }
      }
      return lapsed(each) == lapsed(some) && isShort && activated(each).isSuperset(of: activated(some))
        && covered == Set(days.dropFirst())
    }
  }

  @Test func `a member is told once a month and once a week before points end`() {
    var rulebook = Rulebook.none
    rulebook.expiryNoticeDays = [30, 7]
    let end = LedgerSamples.day(40)
    let owner = LedgerSamples.owners[0]
    var origin = MovementOrigin(
      node: .hub, epoch: 0, seq: JournalSeq(1), businessTime: Samples.noon, rulebook: 1)
    let lot = LotKey(availableFrom: LedgerSamples.day(-10), expiresOn: end)
    let older = LotKey(availableFrom: LedgerSamples.day(-20), expiresOn: end)
    var ledger = MemberLedger([
      origin.movement(.earn, of: owner, lot: lot, points: Points(80)),
      origin.movement(.earn, of: owner, lot: older, points: Points(40)),
    ])
    var nights = Nights()
    for distance in Int64(0)...45 {
      nights.run(rulebook, ledger, on: LedgerSamples.day(distance))
      if distance == 20 {
        _ = ledger.record(origin.movement(.debt, of: owner, debt: Points(25)))
      }
    }
    #expect(nights.notices.map(\.day) == [LedgerSamples.day(10), LedgerSamples.day(33)])
    #expect(nights.notices.map(\.notice.key.daysBefore) == [30, 7])
    // Two lots of one last day are one notice; what is owed could not be spent.
    #expect(nights.notices.map(\.notice.points.count) == [120, 95])
    // Away from the tenth to the thirty-fifth day: only the week's notice still helps.
    var late = Nights(last: LedgerSamples.day(9))
    late.run(rulebook, ledger, on: LedgerSamples.day(35))
    #expect(late.notices.map(\.notice.key.daysBefore) == [7])
  }

  @Test func `no day of any calendar traps`() {
    var rulebook = Rulebook.none
    rulebook.expiryNoticeDays = [366, 1]
    let lots = [LotKey(availableFrom: Day(.min), expiresOn: Day(.max)), Movement.noLot]
    var origin = MovementOrigin(
      node: .hub, epoch: 0, seq: JournalSeq(1), businessTime: Timestamp(ms: .max), rulebook: 1)
    let ledger = MemberLedger(
      lots.map { origin.movement(.earn, of: LedgerSamples.owners[0], lot: $0, points: Points(1)) })
    for day in [Day(.min), Day(0), Day(.max)] {
      for lastRun in [nil, Day(.min), Day(.max)] {
        _ = rulebook.nightly(ledger, on: day, lastRun: lastRun, told: [])
      }
      var liability = Liability(on: day, utcOffsetMinutes: 840)
      liability.add(ledger)
      _ = ledger.statement(through: day, utcOffsetMinutes: -840)
    }
  }
}

extension Rulebook {
  fileprivate func nightly(
    _ ledger: MemberLedger, on day: Day, lastRun: Day?, told: Set<ExpiryNotice.Key>
  ) -> [NightlyStep] {
    nightly(ledger.remainders, owed: ledger.debt, on: day, lastRun: lastRun, told: told)
  }
}
