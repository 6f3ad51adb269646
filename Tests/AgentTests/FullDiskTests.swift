import AgentCore
import AgentIO
import Chain
import Curl
import Foundation
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// A disk of a few megabytes, as a memory file system; only root may make one.
final class SmallDisk {
  let path: String
  private let folder: TemporaryFolder

  init?(megabytes: Int) throws {
    folder = try TemporaryFolder("disk")
    path = folder.file("data")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    guard geteuid() == 0, mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m") == 0 else { return nil }
  }

  deinit { umount2(path, Int32(MNT_DETACH)) }

  private var ballast: String { path + "/ballast" }

  /// Leaves so many bytes free.
  func fill(leaving free: Int) throws {
    let attributes = try FileManager.default.attributesOfFileSystem(forPath: path)
    let size = ((attributes[.systemFreeSize] as? NSNumber)?.intValue ?? 0) - free
    try Data(count: max(0, size)).write(to: URL(fileURLWithPath: ballast))
  }

  func empty() throws { try FileManager.default.removeItem(atPath: ballast) }
}

@Suite struct FullDiskTests {
  @Test func `a full disk is told to the till, nothing is half written, and it goes on when there is room`()
    async throws
  {
    try await onItsOwnThread {
      guard let disk = try SmallDisk(megabytes: 8) else {
        print("skipped: only root may mount a small disk")
        return
      }
      let file = try OpenAPIFile("agent/IO/openapi.yaml")
      let chain = try TestChain(stores: 1)
      chain[1].close()
      let agent = try chain[1].anotherAgent(folder: disk.path)
      #expect(agent.hello())
      #expect(agent.pull())
      let server = try ServedRouter {
        POSRoutes(agent, tillToken: TestStore.tillToken).router()
      }
      let till = APIClient(baseURL: server.url, token: TestStore.tillToken)
      try disk.fill(leaving: 100_000)
      let body: JSONValue = ["lines": [TillAPITests.line(1_000)]]
      var sold = 0
      var refused: HTTPResponse?
      while refused == nil, sold < 2_000 {
        let response = try send(till, "POST", "/v1/sales", body: try body.encoded())
        if response.status == 201 { sold += 1 } else { refused = response }
      }
      let refusal = try #require(refused)
      #expect(refusal.status == 507)
      let problem = try JSONValue(parsing: refusal.body)
      #expect(problem.code == "journal_unavailable" && problem.isSaidInBothLanguages)
      #expect(problem["text"]["zh"].stringValue?.contains("磁盘已满") == true)
      #expect(problem.detail.stringValue?.contains("SQLite") == false, "a person is told what to do")
      let operation = try #require(file.operation("sell"))
      #expect(file.complaints(operation, sent: nil, got: refusal) == [])
      for _ in 0..<5 {
        let again = try send(till, "POST", "/v1/members", body: Array(#"{"name":"x"}"#.utf8))
        #expect(again.status == 507)
      }
      #expect(try agent.status().journalSeq.number == UInt64(sold))
      #expect(try agent.status().diskFreeBytes < 100_000)
      try disk.empty()
      _ = try till.post("/v1/sales", body: body)
      #expect(try agent.status().journalSeq.number == UInt64(sold + 1))
      #expect(try JournalTests.entries(disk.path + "/journal.db").count == sold + 1)
      #expect(agent.push())
      #expect(try chain.hub.store.totals().sales == Int64(sold + 1))
      server.stop()
    }
  }
}
