import Foundation
import Testing

@testable import Journey

struct ReportTests {
  @Test func `an equal run shows its figures three times, its charts, and no difference`() throws {
    let report = sampleReport()
    let html = report.html()
    #expect(html.contains("equal") && !html.contains("verdict bad"))
    #expect(html.components(separatedBy: ">4,596,039.58<").count == 4)
    #expect(html.components(separatedBy: "<svg").count == 4)
    #expect(html.components(separatedBy: "<circle").count - 1 == report.convergence.count)
    #expect(html.contains("460 / 460"))
    // For whoever wants to look at the page: PATRON_REPORT_SAMPLE=/some/folder swift test --filter
    // ReportTests
    if let folder = ProcessInfo.processInfo.environment["PATRON_REPORT_SAMPLE"] {
      try Data(html.utf8).write(to: URL(filePath: folder).appending(path: "equal.html"))
      try Data(differing().html().utf8).write(to: URL(filePath: folder).appending(path: "differing.html"))
    }
  }

  func differing() -> JourneyReport {
    var report = sampleReport()
    report.hub.netCents -= 199
    report.replicasEqual -= 1
    report.differences =
      report.source.differences(from: report.hub, labels: ("source", "hub")) + ["a <b> & c"]
    return report
  }

  @Test func `a run with differences says so first and lists them, escaped`() {
    let html = differing().html()
    #expect(html.contains("verdict bad") && html.contains("3 differences"))
    #expect(html.contains("4,596,037.59") && html.contains("a &lt;b&gt; &amp; c"))
    #expect(html.contains("replica digests equal to the hub’s: 459 / 460"))
  }

  @Test func `figures that differ are never called equal, even when nobody listed a difference`() {
    var report = sampleReport()
    report.journals.lines += 1
    #expect(!report.isEqual && report.html().contains("journals 1,469,308"))
    report = sampleReport()
    (report.replicas, report.replicasEqual) = (0, 0)
    #expect(!report.isEqual)
  }

  @Test func `the page loads nothing from elsewhere and is well formed`() {
    let html = sampleReport().html()
    for word in ["http:", "https:", "src=", "url(", "<link", "<script", "@import"] {
      #expect(!html.contains(word), "\(word)")
    }
    for tag in ["section", "svg", "div", "table", "article", "ul", "i", "b", "p", "span", "title"] {
      let opened = html.ranges(of: "<\(tag) ").count + html.ranges(of: "<\(tag)>").count
      #expect(opened == html.ranges(of: "</\(tag)>").count, "\(tag)")
    }
    #expect(!html.contains("NaN") && !html.contains("nan") && !html.contains("inf"))
  }

  @Test func `a run without outages still makes a page`() {
    var report = sampleReport()
    (report.outages, report.backlog, report.convergence, report.hubWeeks, report.rates) = ([], [], [], [], [])
    let html = report.html()
    #expect(html.contains("nothing to show") && !html.contains("NaN"))
  }

  @Test func `a report survives being written as JSON`() throws {
    let report = sampleReport()
    let bytes = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(JourneyReport.self, from: bytes) == report)
  }

  @Test(arguments: [(0.0, "0"), (0.834, "0.83"), (12.5, "12.5"), (40, "40"), (1239.6, "1,240"), (-3, "−3")])
  func `a measured number gets as many decimals as it deserves`(_ value: Double, _ text: String) {
    #expect(measured(value) == text)
  }

  @Test(arguments: [0.3, 1, 7, 40, 99, 12_345, 1e6])
  func `axis steps are few, round and reach the top`(_ most: Double) {
    let steps = roundSteps(upTo: most)
    #expect((3...7).contains(steps.count) && (steps.last ?? 0) >= most, "\(steps)")
  }

  @Test(arguments: [(0.04, "0"), (12.34, "12.3"), (-0.5, "-0.5"), (-12.34, "-12.3"), (100, "100")])
  func `coordinates have one decimal`(_ value: Double, _ text: String) {
    #expect(pixel(value) == text)
  }
}
