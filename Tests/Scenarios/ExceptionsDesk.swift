import AgentCore
import AgentIO
import Chain
import Curl
import Foundation
import GRDB
import Loyalty
import ServerStorage
import SyncProtocol
import TestKit
import Testing

/// What sync cannot settle by itself, headquarters' people settle; and the tills know it.
@Suite struct ExceptionsDesk {
  private func post(_ chain: TestChain, _ path: String, _ body: JSONValue = ["reason": "已核对"]) throws
    -> JSONValue
  {
    try chain.hub.admin.post("/admin/v1/\(path)", body: body).body
  }

  private func rename(_ member: MemberID, _ name: String, at store: TestStore) throws {
    let request = try JSONDecoder().decode(ProfileRequest.self, from: Data(#"{"name":"\#(name)"}"#.utf8))
    _ = try store.agent.change(member, request)
  }

  /// As if headquarters' program had a fault that keeps sales of so much out.
  private func breakSales(_ hub: TestHub, of net: Int64) throws {
    let file = try DatabaseQueue(path: hub.folder.path + "/hub.db")
    try file.write {
      try $0.execute(
        sql: """
          CREATE TRIGGER fault BEFORE INSERT ON sales WHEN NEW.net = \(net)
          BEGIN SELECT RAISE(ABORT, 'a fault of headquarters'); END
          """)
    }
  }

  private func mend(_ hub: TestHub) throws {
    let file = try DatabaseQueue(path: hub.folder.path + "/hub.db")
    try file.write { try $0.execute(sql: "DROP TRIGGER fault") }
  }

  @Test func `a sale that headquarters could not take is taken later, and its store hears of it`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2)
      let member = try chain[1].agent.enrol(.of("王小明", phone: "13800138000")).memberId
      #expect(try chain.settle())
      try breakSales(chain.hub, of: 30_000)
      _ = try chain[1].agent.sell(.of(30_000, to: member))
      _ = try chain[1].agent.sell(.of(10_000, to: member))
      _ = try chain[2].agent.sell(.of(5_000, to: member))
      #expect(try chain.settle())
      #expect(try chain[1].agent.status().results.map(\.outcome) == [.quarantined, .quarantined])
      #expect(try chain.hub.member(member).points == Points(50), "the other store's sale went on")
      let vain = try post(chain, "quarantine/1/retry/check", [:])
      #expect(vain.left == 2 && vain.entries[0]["text"].zh == "不符合账务规则：a fault of headquarters")
      try mend(chain.hub)
      #expect(try post(chain, "quarantine/1/retry/check", [:]).left == 0)
      #expect(try post(chain, "quarantine/1/retry", [:]).left == 0)
      #expect(try chain.settle())
      #expect(try chain[1].agent.status().results.isEmpty)
      for store in chain.stores { #expect(try store.agent.member(member).points == Points(450)) }
      #expect(try chain.differences() == [] && chain.hub.store.exceptions().isEmpty)
      // Also after the agent's process has started again, and its replica been deleted.
      try chain[1].reopen()
      #expect(try chain[1].agent.status().results.isEmpty)
    }
  }

  @Test func `a discarded entry is told to its store, and a restored one counts after all`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      let member = try chain[1].agent.enrol(.of("王小明", phone: "13800138000")).memberId
      #expect(try chain.settle())
      try breakSales(chain.hub, of: 30_000)
      _ = try chain[1].agent.sell(.of(30_000, to: member))
      _ = try chain[1].agent.sell(.of(10_000, to: member))
      #expect(try chain.settle())
      _ = try post(chain, "quarantine/1/discard")
      #expect(try chain.settle())
      let told = try chain[1].agent.status().results
      #expect(told.map(\.reason) == ["discarded by headquarters"])
      #expect(try chain[1].agent.member(member).points == Points(100))
      try mend(chain.hub)
      _ = try post(chain, "quarantine/1/restore")
      _ = try post(chain, "quarantine/1/retry", [:])
      #expect(try chain.settle())
      #expect(try chain[1].agent.status().results.isEmpty)
      #expect(try chain[1].agent.member(member).points == Points(400))
      #expect(try chain.differences() == [])
    }
  }

  @Test func `headquarters decides, and the stores' tills show it`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2)
      let member = try chain[1].agent.enrol(.of("王小明", phone: "13800138000")).memberId
      #expect(try chain.settle())
      for store in chain.stores { store.line.cut() }
      try rename(member, "王大明", at: chain[1])
      chain.advance(minutes: 5)
      try rename(member, "王老三", at: chain[2])
      #expect(try chain.settle())
      for store in chain.stores { #expect(try store.agent.member(member).name == "王*三") }
      // What the store that was earlier wrote is what lost last.
      let lost = try chain.hub.admin.get("/admin/v1/conflicts", query: [("store", "S001")]).body.rows.elements
      let number = try #require(lost.first { $0.lost.value == "王*明" && $0.kept.value == "王*三" }).number
      chain.advance(minutes: 1)
      _ = try post(chain, "conflicts/\(number.integerValue ?? 0)/put-back")
      #expect(try chain.settle())
      for store in chain.stores { #expect(try store.agent.member(member).name == "王*明") }
      let newest = try chain.hub.admin.get("/admin/v1/conflicts").body.rows[0].number.integerValue ?? 0
      _ = try post(chain, "conflicts/\(newest)/put-back")
      #expect(try chain.settle())
      for store in chain.stores { #expect(try store.agent.member(member).name == "王*三") }
      #expect(try chain.differences() == [])
    }
  }

  /// Two people with one phone, enrolled at two cut-off stores under different names.
  private func twoPeople() throws -> (TestChain, MemberID, MemberID) {
    let chain = try TestChain(stores: 2)
    for store in chain.stores { store.line.cut() }
    let first = try chain[1].agent.enrol(.of("王小明", phone: "13800138000", card: "C-1")).memberId
    _ = try chain[1].agent.sell(.of(30_000, to: first))
    chain.advance(minutes: 5)
    let second = try chain[2].agent.enrol(.of("王晓明", phone: "13800138000", card: "C-2")).memberId
    _ = try chain[2].agent.sell(.of(80_000, to: second))
    #expect(try chain.settle())
    return (chain, first, second)
  }

  @Test func `two names of one phone are merged by a person, and both cards find the survivor`() async throws
  {
    try await onItsOwnThread {
      let (chain, first, second) = try twoPeople()
      #expect(try chain.hub.store.totals().possibleDuplicates == 1)
      #expect(try chain[1].agent.find(.card("C-2")).map(\.points) == [Points(800)])
      _ = try post(chain, "duplicates/1/merge")
      #expect(try chain.settle())
      for store in chain.stores {
        for query in [MemberQuery.card("C-1"), .card("C-2"), .phone("13800138000")] {
          let found = try store.agent.find(query)
          #expect(found.map(\.memberId) == [first] && found.map(\.points) == [Points(1_100)])
        }
        #expect(try store.agent.member(second).memberId == first)
      }
      #expect(try chain.differences() == [] && chain.hub.store.exceptions().isEmpty)
    }
  }

  @Test func `taken apart, each has their own points and card again, less what was spent`() async throws {
    try await onItsOwnThread {
      let (chain, first, second) = try twoPeople()
      _ = try post(chain, "duplicates/1/merge")
      #expect(try chain.settle())
      // The standing one's own 300 expire with the other's 800: some of both are spent, wherever they are.
      let receipt = try chain[2].agent.sell(.of(200_000, to: first, points: 500))
      #expect(receipt.points.spent == Points(500))
      #expect(try chain.settle())
      let together = try chain.hub.member(first).points
      // A store that has not heard of the undoing sells to the record it knows.
      chain[1].line.cut()
      let report = try post(chain, "members/\(second)/unmerge")
      let ofSecond = report.spentOfLoser.integerValue ?? 0
      #expect(
        report.winner.points.integerValue.map { $0 + (report.loser.points.integerValue ?? 0) }
          == together.count)
      #expect(report.loser.points == .integer(800 - ofSecond))
      _ = try chain[1].agent.sell(.of(10_000, to: second))
      #expect(try chain.settle())
      #expect(try chain.hub.member(first).points + chain.hub.member(second).points == together + Points(100))
      for store in chain.stores {
        #expect(try store.agent.find(.card("C-1")).map(\.memberId) == [first])
        #expect(try store.agent.find(.card("C-2")).map(\.memberId) == [second])
        #expect(try store.agent.find(.phone("13800138000")).map(\.memberId) == [first])
        for member in [first, second] {
          #expect(try store.agent.member(member).points == chain.hub.member(member).points)
        }
      }
      #expect(try chain.differences() == [])
      // At another visit nothing merges them again.
      try rename(second, "王小明", at: chain[2])
      #expect(try chain.settle())
      #expect(try chain[1].agent.find(.card("C-2")).map(\.memberId) == [second])
    }
  }
}
