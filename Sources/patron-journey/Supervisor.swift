import Chain
import Curl
import Foundation
import Journey

/// Keeps the hub's and the stores' processes, and takes them away without warning when asked to.
final class Supervisor {
  let desk: Headquarters
  private(set) var killed = 0
  private let work: Workplace
  private let options: JourneyOptions
  private let kills: Int
  private var hub: ManagedProcess
  private var replay: ManagedProcess?
  private let url: String
  private let token: String
  private var random: SeededRandom
  private var hubPeak = 0
  private var replayPeak = 0
  private let bar = ProgressBar()

  init(work: Workplace, options: JourneyOptions, kills: Int) throws {
    self.work = work
    self.options = options
    self.kills = kills
    random = SeededRandom(seed: options.seed, stream: 77)
    hub = try Self.startHub(work, port: 0)
    url = try hub.waitUntilReady()
    token = String(
      decoding: FileManager.default.contents(atPath: work.folder + "/hub/admin.token") ?? Data(),
      as: UTF8.self
    )
    .trimmingCharacters(in: .whitespacesAndNewlines)
    desk = Headquarters(client: APIClient(baseURL: url, token: token))
  }

  private static var programs: URL {
    URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
  }

  private static func startHub(_ work: Workplace, port: Int) throws -> ManagedProcess {
    try ManagedProcess(
      programs.appendingPathComponent("patron-hub").path,
      ["serve", "--data-folder", work.folder + "/hub", "--port", "\(port)", "--run-clock", work.clock],
      logFile: work.folder + "/hub.log")
  }

  private func startReplay() throws -> ManagedProcess {
    try ManagedProcess(
      CommandLine.arguments[0],
      ["replay", "--folder", work.folder, "--hub", url, "--token", token] + options.arguments,
      logFile: work.folder + "/replay.log")
  }

  func prepare(stores: [String]) throws {
    if FileManager.default.fileExists(atPath: work.stores) { return }
    _ = try desk.post("/admin/v1/rulebooks", ChainRules.rulebook)
    let tickets = try stores.map { try desk.addStore($0) }
    try JSONEncoder().encode(tickets).write(to: URL(fileURLWithPath: work.stores), options: .atomic)
  }

  func play(total: Int) throws {
    var process = try startReplay()
    replay = process
    // Baskets after which something is killed, scattered over the year.
    var points = (0..<kills).map { _ in Int(Double(total) * (0.03 + 0.94 * random.unit())) }.sorted()
    while true {
      Thread.sleep(forTimeInterval: 0.05)
      sample()
      let progress = Progress.load(from: work.progress) ?? Progress()
      if progress.total > 0 { bar.show(progress) }
      if let exit = process.exit {
        if exit == .status(0) { break }
        throw JourneyFault(
          "the stores' process ended with \(exit); see \(work.folder)/replay.log\n\(tail("replay.log"))")
      }
      if !hub.isRunning {
        throw JourneyFault("the hub ended; see \(work.folder)/hub.log\n\(tail("hub.log"))")
      }
      if let point = points.first, progress.done >= point {
        points.removeFirst()
        killed += 1
        if random.chance(0.5) {
          hub.kill9()
          hub = try Self.startHub(work, port: Int(url.split(separator: ":").last ?? "") ?? 0)
          _ = try hub.waitUntilReady()
        } else {
          process.kill9()
          process = try startReplay()
          replay = process
        }
      }
    }
    bar.finish()
  }

  private func sample() {
    hubPeak = max(hubPeak, hub.peakResidentBytes ?? 0)
    replayPeak = max(replayPeak, replay?.peakResidentBytes ?? 0)
  }

  private func tail(_ log: String) -> String {
    let text =
      FileManager.default.contents(atPath: work.folder + "/" + log).map {
        String(decoding: $0, as: UTF8.self)
      } ?? ""
    return text.split(separator: "\n").suffix(15).joined(separator: "\n")
  }

  func stop() {
    sample()
    hub.terminate()
    _ = hub.waitForExit()
  }

  func resources(seconds: Double, preview: Double) -> [JourneyReport.Resource] {
    [
      .init(name: "hub resident 总部内存峰值", used: Double(hubPeak) / 1e6, allowed: 600, unit: "MB"),
      .init(name: "stores resident 门店进程内存峰值", used: Double(replayPeak) / 1e6, allowed: 4_000, unit: "MB"),
      .init(name: "time 用时", used: seconds, allowed: 360, unit: "s"),
      .init(name: "preview of a draft 草稿试算", used: preview, allowed: 60, unit: "s"),
    ]
  }
}
