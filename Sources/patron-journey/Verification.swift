import AgentIO
import Curl
import Foundation
import Journey
import Loyalty
import SyncProtocol
import Synchronization

/// The reconciliation: the source files, the hub and the stores' journals, each summed by itself.
struct Verification {
  let data: ChainData
  let work: Workplace
  let desk: Headquarters
  let options: JourneyOptions

  func run() throws -> JourneyReport {
    let tape = try Tape.read(work.tape)
    let source = SourceTotals(of: data, tape: tape, rule: ChainRules.earning)
    let households = householdsByMember()
    let hub = try hubTotals(households)
    let journals = try journalTotals(households)
    let events = EventLog.read(work.events)
    var report = JourneyReport(
      run: .init(
        source: options.data == nil ? "generated" : "Complete Journey", seed: options.seed,
        stores: data.stores.count, members: data.members.count, weeks: Int(data.baskets.weeks.last ?? 0),
        outage: options.outage, kills: 0, seconds: 0, endedAt: ISO8601DateFormatter().string(from: Date())),
      source: source.totals, hub: hub, journals: journals)
    report.sourceWeeks = source.weeks
    report.hubWeeks = try hubWeeks()
    report.backlog = events.backlog
    report.convergence = events.convergence
    report.outages = OutagePlan(for: data, intensity: options.outage, seed: options.seed).all
    report.differences += source.misprints
    if !source.withoutReceipt.isEmpty {
      report.differences.append(
        "\(source.withoutReceipt.count) baskets without a receipt, the first \(source.withoutReceipt[0])")
    }
    try compareReplicas(&report)
    try checkExceptions(&report)
    if let mended = events.notes["mended"], mended > 0 {
      print("\(mended) outages ended early for a coupon to be fetched 次断网因取券提前结束")
    }
    return report
  }

  /// Every id a household can have: one for each store that may have enrolled it.
  private func householdsByMember() -> [String: Int] {
    var households: [String: Int] = [:]
    for index in 0..<data.baskets.count {
      let household = data.members[Int(data.baskets.members[index])].household
      let id = ChainRules.member(household, at: data.stores[Int(data.baskets.stores[index])])
      households[id.description] = Int(household)
    }
    return households
  }

  private func hubTotals(_ households: [String: Int]) throws -> Totals {
    let answer = try desk.get("/admin/v1/totals")
    func number(_ value: JSONValue) -> Int { Int(value.integerValue ?? 0) }
    var totals = Totals()
    totals.members = number(answer["members"])
    totals.baskets = number(answer.sales)
    totals.lines = number(answer.lines)
    totals.grossCents = number(answer.gross)
    totals.storeDiscountCents = number(answer.discounts.store)
    totals.matchDiscountCents = number(answer.discounts.match)
    totals.pointsDiscountCents = number(answer.discounts.points)
    totals.couponCents = number(answer.tenders.coupon) + number(answer.tenders.voucher)
    totals.netCents = number(answer.net)
    totals.couponRedemptions = number(answer.couponsRedeemed)
    var after: String?
    while true {
      let page = try desk.get("/admin/v1/totals/members", query: after.map { [("after", $0)] } ?? [])
      let list = page["members"].elements
      for member in list {
        guard let household = households[member.memberId.stringValue ?? ""] else {
          throw JourneyFault("the hub has a member nobody enrolled: \(member.memberId.stringValue ?? "")")
        }
        totals.addPoints(of: household, earned: number(member.earned), spent: number(member.spent))
      }
      guard let last = list.last?.memberId.stringValue else { return totals }
      after = last
    }
  }

  private func hubWeeks() throws -> [WeekSales] {
    // Weeks of the source begin at its own clock's midnight; the first basket of each tells where.
    var weeks: [WeekSales] = []
    var starts: [(week: Int, ms: Int64)] = []
    for index in 0..<data.baskets.count where starts.last?.week != Int(data.baskets.weeks[index]) {
      starts.append((Int(data.baskets.weeks[index]), data.baskets.timesMs[index]))
    }
    let minute: Int64 = 60_000
    let origin = (starts.first?.ms ?? 0) / minute * minute
    let answer = try desk.get(
      "/admin/v1/totals/periods", query: [("lengthMs", "\(minute)"), ("originMs", "\(origin)")])
    var week = 0
    for period in answer.periods.elements {
      let time = origin + (period.period.integerValue ?? 0) * minute
      while week + 1 < starts.count, starts[week + 1].ms / minute * minute <= time { week += 1 }
      if weeks.last?.week != starts[week].week {
        weeks.append(WeekSales(week: starts[week].week, baskets: 0, netCents: 0))
      }
      weeks[weeks.count - 1].baskets += Int(period.sales.integerValue ?? 0)
      weeks[weeks.count - 1].netCents += Int(period.net.integerValue ?? 0)
    }
    return weeks
  }

  private func journalTotals(_ households: [String: Int]) throws -> Totals {
    @Sendable func household(_ sale: Sale) -> Int? {
      if let member = sale.member { return households[member.description] }
      return sale.phone.flatMap { ChainRules.household(ofPhone: $0) }.map { Int($0) }
    }
    let sums = Mutex((totals: Totals(), enrolled: Set<Int>()))
    let work = work
    try inParallel(Array(data.stores.indices)) { store in
      try Audit.readJournal(in: work.agent(store)) { entry in
        switch entry.body {
        case .enrolment(let enrolment):
          guard let household = households[enrolment.member.description] else { return }
          _ = sums.withLock { $0.enrolled.insert(household) }
        case .sale(let sale):
          let household = household(sale)
          sums.withLock { sums in
            sums.totals.add(sale)
            guard let household else { return }
            sums.totals.addPoints(
              of: household, earned: Int(sale.earned.count), spent: Int(sale.pointsSpent.count))
          }
        default: break
        }
      }
    }
    return sums.withLock { sums in
      sums.totals.members = sums.enrolled.count
      return sums.totals
    }
  }

  /// Digests computed anew from every replica's rows, against the hub's.
  private func compareReplicas(_ report: inout JourneyReport) throws {
    let hub = Dictionary(
      try desk.get("/admin/v1/partitions").partitions.elements.map {
        ($0.partition.stringValue ?? "", $0.digest.stringValue ?? "")
      }
    ) { first, _ in first }
    let found = Mutex((equal: 0, differing: [Int: [String]]()))
    let work = work
    try inParallel(Array(data.stores.indices)) { store in
      guard let key = try Audit.digestKey(in: work.agent(store)) else { return }
      let mine = try Audit.replicaDigests(in: work.agent(store), digestKey: key)
      let wrong = mine.filter { hub[$0.key.name] != String($0.value.sum, radix: 16) }
      found.withLock {
        if wrong.isEmpty, mine.count >= 2 {
          $0.equal += 1
        } else {
          $0.differing[store] = wrong.keys.map(\.name).sorted()
        }
      }
    }
    let (equal, differing) = found.withLock { $0 }
    report.replicas = data.stores.count
    report.replicasEqual = equal
    report.differences += differing.sorted { $0.key < $1.key }.map {
      "store \(data.stores[$0.key]): replica differs in \($0.value)"
    }
  }

  private func checkExceptions(_ report: inout JourneyReport) throws {
    let totals = try desk.get("/admin/v1/totals")
    for (name, value) in [
      ("quarantined", totals.quarantined), ("double redemptions", totals.doubleRedemptions),
      ("price differences", totals.priceDifferences),
      ("sales without member", totals.salesWithoutMember), ("possible duplicates", totals.possibleDuplicates),
    ] where (value.integerValue ?? 0) != 0 {
      report.differences.append("\(name): \(value.integerValue ?? 0)")
    }
    print("\(totals.aliases.integerValue ?? 0) members enrolled twice became one 名会员重复登记后合并")
  }
}

extension Totals {
  /// A journalled sale, added up line by line.
  mutating func add(_ sale: Sale) {
    baskets += 1
    lines += sale.lines.count
    couponRedemptions += sale.coupons.count
    for line in sale.lines {
      grossCents += Int(line.gross.minor)
      netCents += Int(line.net.minor)
      for discount in line.discounts {
        switch discount.kind {
        case "store": storeDiscountCents += Int(discount.amount.minor)
        case "match": matchDiscountCents += Int(discount.amount.minor)
        case LineDiscount.points: pointsDiscountCents += Int(discount.amount.minor)
        default: break
        }
      }
    }
    for tender in sale.tenders where tender.type == "coupon" || tender.type == Tender.voucher {
      couponCents += Int(tender.amount.minor)
    }
  }
}

extension JourneyReport {
  func printSummary() {
    let columns = [source, hub, journals].map(\.figures)
    for (index, figure) in columns[0].enumerated() {
      let cells = columns.map { $0[index].text }.map {
        String(repeating: " ", count: max(0, 16 - $0.count)) + $0
      }
      print("  " + cells.joined() + "  " + figure.name)
    }
    print("  replicas equal to the hub 副本与总部一致: \(replicasEqual) / \(replicas)")
    for resource in resources {
      print("  \(resource.name): \(Int(resource.used)) of \(Int(resource.allowed)) \(resource.unit)")
    }
    if isEqual {
      print("equal 一致")
    } else {
      print("different 不一致")
      for difference in allDifferences { print("  - \(difference)") }
    }
  }
}
