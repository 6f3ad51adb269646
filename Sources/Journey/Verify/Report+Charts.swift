extension JourneyReport {
  /// Two bars a week side by side: equal heights are the message.
  var sales: String {
    guard let first = sourceWeeks.map(\.week).min(), let last = sourceWeeks.map(\.week).max() else {
      return nothing
    }
    let most = (sourceWeeks + hubWeeks).map { Double($0.netCents) / 100 }.max() ?? 0
    let steps = roundSteps(upTo: most)
    let frame = ChartFrame(
      height: 280, x: .init(low: Double(first) - 0.6, high: Double(last) + 0.6),
      y: .init(low: 0, high: steps.last ?? 1))
    let width = 0.36
    func bars(_ weeks: [WeekSales], _ shift: Double, _ style: String) -> String {
      weeks.map { week in
        let x = frame.px(Double(week.week) + shift)
        let y = frame.py(Double(week.netCents) / 100)
        let wide = frame.px(Double(week.week) + shift + width) - x
        return """
          <rect class="\(style)" x="\(pixel(x))" y="\(pixel(y))" \
          width="\(pixel(wide))" height="\(pixel(frame.floor - y))">\
          <title>\(week.week): \(money(week.netCents)), \(grouped(week.baskets)) baskets</title></rect>
          """
      }.joined()
    }
    let every = max(1, (last - first) / 12)
    let svg = frame.svg(
      title: "Sales a week by source and hub",
      xLabels: stride(from: first, through: last, by: every).map { (Double($0), "W\($0)") },
      yLabels: steps.map { ($0, measured($0)) },
      bars(sourceWeeks, -width, "fa") + bars(hubWeeks, 0, "fb"))
    return legend([("a", "源文件 source"), ("b", "总部 hub")]) + svg
  }

  /// Entries waiting, with every outage as a bar underneath: the darker, the more stores at once.
  var unsent: String {
    let times = backlog.map(\.timeMs) + outages.flatMap { [$0.startMs, $0.endMs] }
    guard let start = times.min(), let end = times.max(), start < end else { return nothing }
    let steps = roundSteps(upTo: Double(backlog.map(\.entries).max() ?? 0))
    let frame = ChartFrame(
      height: 260, x: .init(low: Double(start), high: Double(end)), y: .init(low: 0, high: steps.last ?? 1))
    let top = frame.py(frame.y.high)
    let shades = outages.map { outage in
      let x = frame.px(Double(outage.startMs))
      return """
        <rect class="shade" fill-opacity="\(shadeOfOne)" x="\(pixel(x))" y="\(pixel(top))" \
        width="\(pixel(frame.px(Double(outage.endMs)) - x))" height="\(pixel(frame.floor - top))"/>
        """
    }
    let points = thinned(backlog).map {
      "\(pixel(frame.px(Double($0.timeMs)))),\(pixel(frame.py(Double($0.entries))))"
    }
    let line = points.joined(separator: " ")
    let first = pixel(frame.px(Double(backlog.first?.timeMs ?? start)))
    let last = pixel(frame.px(Double(backlog.last?.timeMs ?? start)))
    let floor = pixel(frame.floor)
    let svg = frame.svg(
      title: "Unsent entries over business time", xLabels: dates(from: start, to: end),
      yLabels: steps.map { ($0, measured($0)) },
      shades.joined() + "<polygon class=\"area\" points=\"\(first),\(floor) \(line) \(last),\(floor)\"/>"
        + "<polyline class=\"curve\" points=\"\(line)\"/>")
    let peak = grouped(backlog.map(\.entries).max() ?? 0)
    return legend([("a", "待传条目 unsent entries"), ("shade", "断网门店 stores off line (stronger = more)")]) + svg
      + note(
        "最高 \(peak) 条，结束时 \(grouped(backlog.last?.entries ?? 0)) 条",
        "at most \(peak), at the end "
          + grouped(backlog.last?.entries ?? 0))
  }

  /// One dot an outage: right is longer off line, up is longer to agree again, larger had more to tell.
  var converging: String {
    guard !convergence.isEmpty else { return nothing }
    let steps = roundSteps(upTo: convergence.map(\.seconds).max() ?? 0)
    let longest = max(convergence.map(\.offlineHours).max() ?? 1, 24)
    let frame = ChartFrame(
      height: 280, x: .init(low: 1, high: longest * 1.15, isLog: true),
      y: .init(low: 0, high: steps.last ?? 1))
    let most = Double(max(1, convergence.map(\.entries).max() ?? 1))
    let dots = convergence.map { one in
      """
      <circle class="dot" cx="\(pixel(frame.px(one.offlineHours)))" cy="\(pixel(frame.py(one.seconds)))" \
      r="\(pixel(2.5 + 9 * (Double(one.entries) / most).squareRoot()))"><title>store \(one.store): \
      \(measured(one.offlineHours)) h, \(grouped(one.entries)) entries, \
      \(measured(one.seconds)) s</title></circle>
      """
    }
    let marks = [(1.0, "1 h"), (2, "2 h"), (6, "6 h"), (24, "1 d"), (72, "3 d"), (168, "7 d"), (336, "14 d")]
    let svg = frame.svg(
      title: "Time to converge after each outage", xLabels: marks.filter { $0.0 <= longest },
      yLabels: steps.map { ($0, "\(measured($0)) s") }, dots.joined())
    let sorted = convergence.map(\.seconds).sorted()
    func quantile(_ share: Double) -> String {
      "\(measured(sorted[Int(share * Double(sorted.count - 1))])) s"
    }
    let figures = "p50 \(quantile(0.5)) · p95 \(quantile(0.95)) · max \(quantile(1))"
    return legend([("b", "每次断网一个点，越大条目越多 a dot per outage, larger with more entries")]) + svg
      + note("横轴：断网时长；纵轴：恢复后多久一致。\(figures)", "across: hours off line; up: seconds until equal")
  }

  private var shadeOfOne: String { "\(max(0.12, min(1, 6 / Double(max(1, outages.count)).squareRoot())))" }

  private var nothing: String { note("没有数据", "nothing to show") }

  /// A curve of a thousand pixels needs no more points than this; of each stretch the highest is kept.
  private func thinned(_ points: [Backlog]) -> [Backlog] {
    let most = 1200
    guard points.count > most else { return points }
    let stretch = (points.count + most - 1) / most
    var kept = stride(from: 0, to: points.count, by: stretch).compactMap { start in
      points[start..<min(start + stretch, points.count)].max { $0.entries < $1.entries }
    }
    if let last = points.last, kept.last != last { kept.append(last) }
    return kept
  }

  private func dates(from start: Int64, to end: Int64) -> [(value: Double, text: String)] {
    let dayMs: Int64 = 86_400_000
    let first = start / dayMs + 1
    let last = end / dayMs
    guard first <= last else { return [] }
    let every = max(1, (last - first) / 10)
    return stride(from: first, through: last, by: Int64.Stride(every)).map { day in
      (Double(day * dayMs), String(BusinessDay(number: Int32(day)).description.dropFirst(5)))
    }
  }

  private func legend(_ entries: [(color: String, text: String)]) -> String {
    let items = entries.map { "<span style=\"--c:var(--\($0.color))\">\($0.text)</span>" }
    return "<p class=\"legend\">\(items.joined())</p>"
  }

  func note(_ chinese: String, _ english: String) -> String {
    "<p class=\"note\">\(chinese) · \(english)</p>"
  }
}
