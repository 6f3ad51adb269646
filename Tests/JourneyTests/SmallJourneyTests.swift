import Chain
import Foundation
import Testing

/// The year's replay in small, with the real programs: a generated chain, lines going down, processes killed.
@Suite(.serialized) struct SmallJourneys {
  @Test(arguments: [(seed: 11, kills: 0), (seed: 12, kills: 4)])
  func `a small chain's weeks end equal, killed or not`(seed: Int, kills: Int) throws {
    let folder = try TemporaryFolder("small-journey")
    let log = folder.file("journey.log")
    let journey = try ManagedProcess(
      try program("patron-journey"),
      [
        "run", "--stores", "8", "--weeks", "3", "--seed", "\(seed)", "--outage", "hard", "--kills",
        "\(kills)",
        "--folder", folder.file("work"), "--report", folder.file("report.html"),
      ], logFile: log)
    let exit = journey.waitForExit(timeoutMs: 240_000)
    let said = FileManager.default.contents(atPath: log).map { String(decoding: $0, as: UTF8.self) } ?? ""
    #expect(exit == .status(0), "seed \(seed), kills \(kills):\n\(said.suffix(3_000))")
    #expect(said.contains("equal 一致"))
    #expect(FileManager.default.fileExists(atPath: folder.file("report.html")))
  }

  /// The programs stand beside the test bundle.
  private func program(_ name: String) throws -> String {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      for place in [name, "debug/\(name)", ".build/debug/\(name)"] {
        let candidate = folder.appendingPathComponent(place).path
        if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
      }
    }
    throw CocoaError(.fileNoSuchFile)
  }
}
