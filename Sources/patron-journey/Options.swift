import ArgumentParser
import Foundation
import Journey

/// What to play. Both processes get the same options, so both see the same year.
struct JourneyOptions: ParsableArguments {
  @Option(help: "Folder of the converted data set; without it a chain is generated. 数据目录")
  var data: String?
  @Option(help: "Only the first weeks. 只放前几周") var weeks: Int?
  @Option(help: "Only the busiest stores. 只放最忙的门店") var stores: Int?
  @Option(help: "Seed of outages, spending and kills. 随机种子") var seed: UInt64 = 1
  @Option(help: "Outages: none, normal or hard. 断网程度") var outage = OutagePlan.Intensity.normal
  @Option(help: "Business hours between two syncs of a store. 同步间隔（小时）") var syncHours = 24

  func validate() throws {
    if let weeks, weeks < 1 { throw ValidationError("--weeks is at least 1") }
    if let stores, stores < 1 { throw ValidationError("--stores is at least 1") }
    if !(1...168).contains(syncHours) { throw ValidationError("--sync-hours is from 1 to 168") }
  }

  func load() throws -> ChainData {
    if let data { return try ChainData.load(from: URL(fileURLWithPath: data), weeks: weeks, stores: stores) }
    let generator = Generator(seed: seed, stores: stores ?? 12, members: 120, weeks: weeks ?? 6)
    return generator.makeChain()
  }

  var arguments: [String] {
    var out = ["--seed", "\(seed)", "--outage", outage.rawValue, "--sync-hours", "\(syncHours)"]
    if let data { out += ["--data", data] }
    if let weeks { out += ["--weeks", "\(weeks)"] }
    if let stores { out += ["--stores", "\(stores)"] }
    return out
  }
}

extension OutagePlan.Intensity: ExpressibleByArgument {}

/// The files that the two processes share.
struct Workplace {
  let folder: String

  var clock: String { folder + "/clock" }
  var tape: URL { URL(fileURLWithPath: folder + "/tape.tsv") }
  var stores: String { folder + "/stores.json" }
  var progress: String { folder + "/progress.json" }
  var window: String { folder + "/window" }
  var events: String { folder + "/events.tsv" }
  func agent(_ store: Int) -> String { folder + "/agents/\(store)" }
}

/// How far the replay is; a small file that the other process shows as a bar.
struct Progress: Codable {
  var done = 0
  var total = 0
  var businessMs: Int64 = 0
  var note = ""

  func save(to path: String) {
    guard let bytes = try? JSONEncoder().encode(self) else { return }
    try? bytes.write(to: URL(fileURLWithPath: path), options: .atomic)
  }

  static func load(from path: String) -> Progress? {
    FileManager.default.contents(atPath: path).flatMap { try? JSONDecoder().decode(Progress.self, from: $0) }
  }
}

struct StoreTicket: Codable {
  let code: String
  let token: String
}
