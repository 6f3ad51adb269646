import ArgumentParser
import Chain
import Curl
import Foundation
import Journey
import Storage

/// Starts a hub and the stores, shows how far they are, kills them if asked, and reconciles at the end.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Play, then reconcile source, hub and journals. 回放并三方对账",
    discussion: "Ends with `equal` and status 0, or with the differences and status 1.")

  @OptionGroup var options: JourneyOptions
  @Option(help: "Kill hub or stores with -9 so many times. 随机强制终止次数") var kills = 0
  @Option(help: "Where to write the report. 报告文件") var report = "out/journey.html"
  @Option(help: "Keep all files here instead of a temporary folder. 工作目录") var folder: String?

  func run() throws {
    let started = Date()
    let temporary = folder == nil ? try TemporaryFolder("patron-journey") : nil
    let work = Workplace(folder: folder ?? temporary?.path ?? ".")
    try FileManager.default.createDirectory(atPath: work.folder, withIntermediateDirectories: true)
    let data = try options.load()
    let (stores, members) = (data.stores.count, data.members.count)
    let (baskets, lines) = (data.baskets.count, data.lines.count)
    print("\(stores) stores, \(members) members, \(baskets) baskets, \(lines) lines")
    print("\(stores) 家门店，\(members) 名会员，\(baskets) 张小票，\(lines) 行")
    let clock = try RunClock(path: work.clock)
    clock.advance(to: (data.baskets.timesMs.first ?? 0) - 86_400_000)
    let supervisor = try Supervisor(work: work, options: options, kills: kills)
    try supervisor.prepare(stores: data.stores.map { "S\($0)" })
    try supervisor.play(total: data.baskets.count)
    let playedSeconds = Date().timeIntervalSince(started)
    print("reconciling 对账中 …")
    var result = try Verification(data: data, work: work, desk: supervisor.desk, options: options).run()
    result.run.seconds = Date().timeIntervalSince(started)
    print("previewing a draft 试算草稿 …")
    let preview = try supervisor.desk.previewSeconds(baskets: data.baskets.count)
    supervisor.stop()
    result.run.kills = supervisor.killed
    result.resources = supervisor.resources(seconds: result.run.seconds, preview: preview)
    result.rates = [
      .init(name: "baskets/s 小票/秒", value: Double(data.baskets.count) / playedSeconds, unit: "/s"),
      .init(name: "lines/s 行/秒", value: Double(data.lines.count) / playedSeconds, unit: "/s"),
    ]
    try write(result)
    result.printSummary()
    if !result.isEqual { throw ExitCode(1) }
  }

  private func write(_ result: JourneyReport) throws {
    let file = URL(fileURLWithPath: report)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(result.html().utf8).write(to: file)
    print("report 报告: \(file.path)")
  }
}
