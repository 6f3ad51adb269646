import AgentCore
import AgentIO
import Chain
import Curl
import Foundation
import SyncProtocol
import TestKit
import Testing

/// The operator's commands for exceptions, run as programs against a hub.
@Suite struct DeskCommands {
  /// The programs stand beside the test bundle.
  private static func program() throws -> String {
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    while folder.path != "/" {
      folder.deleteLastPathComponent()
      for place in ["patron", "debug/patron", ".build/debug/patron"] {
        let candidate = folder.appendingPathComponent(place).path
        if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
      }
    }
    throw CocoaError(.fileNoSuchFile)
  }

  /// What a command prints; it must end with `status`.
  private func patron(_ hub: TestHub, _ arguments: [String], status: Int32 = 0) throws -> String {
    let folder = try TemporaryFolder("patron")
    let process = try ManagedProcess(
      try Self.program(), arguments,
      environment: ["PATRON_HUB": hub.url, "PATRON_TOKEN": hub.admin.token ?? ""],
      logFile: folder.file("log"))
    let exit = process.waitForExit(timeoutMs: 30_000)
    let text = try String(contentsOfFile: folder.file("log"), encoding: .utf8)
    #expect(exit == .status(status), "\(arguments): \(text)")
    return text
  }

  @Test func `exceptions name the command that settles them, and every step can be tried before`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2)
      for store in chain.stores { store.line.cut() }
      let first = try chain[1].agent.enrol(.of("王小明", phone: "13800138000")).memberId
      chain.advance(minutes: 5)
      let second = try chain[2].agent.enrol(.of("=王大明", phone: "13800138000")).memberId
      #expect(try chain.settle())
      let hub = chain.hub
      #expect(try patron(hub, ["exceptions"]).contains("patron duplicates show 1"))
      let shown = try patron(hub, ["duplicates", "show", "1"])
      #expect(shown.contains("王*明") && shown.contains("8000") && !shown.contains("王小明"))
      #expect(try patron(hub, ["duplicates", "show", "1", "--full"]).contains("王小明"))
      let folder = try TemporaryFolder("csv")
      let file = folder.file("duplicates.csv")
      #expect(try patron(hub, ["duplicates", "list", "--csv", file]).contains("1 rows"))
      let table = try String(contentsOfFile: file, encoding: .utf8)
      #expect(table.contains("姓名不同 different name") && table.split(separator: "\r\n").count == 2)
      let plan = try patron(hub, ["duplicates", "merge", "1", "--reason", "同一人", "--dry-run"])
      #expect(plan.contains("nothing was changed") && plan.contains("较早登记者优先"))
      #expect(try patron(hub, ["duplicates", "merge", "1", "--reason", "同一人"]).contains("合并后"))
      #expect(
        try patron(hub, ["members", "unmerge", "\(second)", "--reason", "弄错了", "--dry-run"]).contains("试算"))
      _ = try patron(hub, ["members", "unmerge", "\(second)", "--reason", "弄错了"])
      let again = try patron(hub, ["members", "unmerge", "\(second)", "--reason", "弄错了"], status: 1)
      #expect(again.contains("not_merged"))
      _ = try patron(hub, ["members", "merge", "\(first)", "\(second)", "--reason", " "], status: 2)
      let log = try patron(hub, ["audit", "list", "--actor", "admin"])
      #expect(log.contains("member.unmerge") && log.contains("弄错了") && log.contains("member.merge"))
      #expect(!(try patron(hub, ["exceptions"])).contains("duplicates"))
      #expect(try patron(hub, ["exceptions", "--all"]).contains("notSame"))
      for list in ["quarantine", "conflicts", "duplicates"] {
        #expect(
          try patron(hub, [list, "list", "--store", "S001", "--from", "2026-01-01"]).contains("无 none"))
      }
      #expect(try patron(hub, ["quarantine", "export"]).isEmpty)
      #expect(try patron(hub, ["quarantine", "retry", "7"], status: 1).contains("unknown_entry"))
      #expect(try patron(hub, ["quarantine", "retry", "--store", "S001"]).contains("无 none"))
      #expect(try patron(hub, ["conflicts", "dismiss", "7"], status: 1).contains("unknown_conflict"))
      #expect(try patron(hub, ["duplicates", "scan"]).contains("已完成 done"))
    }
  }
}
