import AgentCore
import AgentIO
import Curl
import ServerHTTP
import Storage
import SyncProtocol
import TestKit
import Testing

@testable import ServerStorage

@Suite struct LaterRulebookTests {
  @Test func `a till goes on by the last rulebook that it understands, and says which it does not`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      #expect(chain[1].sync())
      #expect(try chain[1].agent.status().rulebooksNotUnderstood == [])
      // As headquarters of a later version would publish it.
      let off: JSONValue = [
        "id": "full-moon", "name": ["zh": "满月", "en": "Full moon"], "when": ["moonPhases": ["full"]],
        "effect": ["type": "amountOff", "steps": [["spend": 100, "off": 50]]],
      ]
      let later = DemoChain.rulebook.members.merging(["version": 2, "promotions": [off]]) { $1 }
      let document = try JSONValue.object(later).encoded()
      let writer = chain.hub.hub.writer
      try waiting {
        try await writer.write { transaction in
          try transaction.db.run(
            "INSERT INTO rulebooks (version, effective_ms, published_ms, document) VALUES (2, 0, 0, ?)",
            [document])
          transaction.touch(.rulebook(2))
        }
      }
      #expect(chain[1].agent.pull())
      let status = try chain[1].agent.status()
      #expect(status.rulebook == 1 && status.rulebooksNotUnderstood == [2])
      #expect(try chain[1].agent.sell(.of(10_000, to: member)).points.earned == Points(100))
      // The same after a start, from what it keeps.
      chain[1].close()
      try chain[1].open()
      #expect(try chain[1].agent.status().rulebooksNotUnderstood == [2])
      #expect(try chain[1].agent.sell(.of(10_000, to: member)).points.earned == Points(100))
    }
  }
}
