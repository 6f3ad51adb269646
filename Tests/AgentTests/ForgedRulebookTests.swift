import AgentCore
import AgentIO
import Chain
import Curl
import Foundation
import ServerStorage
import SyncProtocol
import Testing
import TestKit

@Suite struct ForgedRulebookTests {
  @Test
  func `a rulebook that somebody wrote into a store's files is not used, and is named until it is mended`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      let store = chain[1]
      let member = try store.agent.enrol(.of("李雷", phone: DemoChain.phone(1))).memberId
      #expect(try chain.settle())
      #expect(try store.agent.sell(.of(10_000, to: member)).points.earned == Points(100))
      store.close()
      let replica = store.folder.file("replica.db")
      try Foreign.open(replica).rewriteRulebooks(#""points":1"#, #""points":9"#)
      store.line.cut()
      try store.open()
      // By the copy beside the journal.
      let status = try store.agent.status()
      #expect(status.rulebook == 1 && status.rulebooksNotSigned == [1])
      #expect(try store.agent.sell(.of(10_000, to: member)).points.earned == Points(100))
      // Without that copy the till sells, too, and gives nothing that headquarters did not promise.
      store.close()
      try Foreign.open(store.folder.file("journal.db")).forgetRulebooks()
      try store.open()
      #expect(try store.agent.status().rulebook == 0)
      #expect(try store.agent.sell(.of(10_000, to: member)).points.earned == .zero)
      store.line.restore()
      let renamed = DemoChain.rulebook.members.merging(["name": ["zh": "新规则", "en": "New rules"]]) { $1 }
      _ = try chain.hub.republish(.object(renamed))
      #expect(try chain.settle())
      let mended = try store.agent.status()
      #expect(mended.rulebook == 2 && mended.rulebooksNotSigned == [])
      #expect(try store.agent.sell(.of(10_000, to: member)).points.earned == Points(100))
      #expect(try chain.differences() == [])
    }
  }

  @Test func `a hub that signs with another key is not believed`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1)
      let store = chain[1]
      let known = try chain.hub.store.hello(store.node)
      #expect(try store.agent.status().rulebookKey == known.rulebookKey)
      let other = try RulebookSigningKey(seed: [UInt8](repeating: 1, count: 32)).publicKey.text
      let text = String(decoding: try JSONEncoder().encode(known), as: UTF8.self)
        .replacingOccurrences(of: known.rulebookKey, with: other)
      let hub = FalseHub(.init(type: "application/json", body: Array(text.utf8)))
      let server = try ServedRouter { hub.router() }
      defer { server.stop() }
      store.close()
      try store.open(hubURL: server.url)
      _ = store.agent.hello()
      let status = try store.agent.status()
      #expect(status.halted?.contains("another key") == true)
      #expect(status.rulebookKey == known.rulebookKey)
      // A store that was told the key goes by nothing that another signed, whatever its files say.
      store.close()
      try store.open(rulebookKey: other)
      #expect(store.agent.hello())
      #expect(try store.agent.status().halted?.contains("another key") == true)
      #expect(try store.agent.status().rulebook == 0)
    }
  }
}
