import AgentCore
import AgentIO
import Chain
import Curl
import Loyalty
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// Classes that the night finds at headquarters, asked for by rules at tills.
@Suite struct ClassesAtTheTill {
  /// New for 10 days, loyal with three purchases in 30, dormant after 60; each class has an offer of its own.
  static func rulebook(classes: Bool = true) -> JSONValue {
    var members = DemoChain.rulebook.members
    members["effectiveFrom"] = nil
    func offer(_ found: String, _ off: Int64) -> JSONValue {
      [
        "id": .string(found), "name": ["zh": "专享", "en": "For them"],
        "when": ["segments": [.string("class/\(found)")]],
        "effect": ["type": "amountOff", "steps": [["spend": 10_000, "off": .integer(off)]]],
      ]
    }
    if classes {
      members["classes"] = ["newDays": 10, "dormantDays": 60, "loyalPurchases": 3, "loyalDays": 30]
      members["promotions"] = [offer("new", 100), offer("loyal", 200), offer("dormant", 2_000)]
    }
    return .object(members)
  }

  private static let classes = "/admin/v1/classes"

  /// Days pass, and the night of the last comes.
  private func sleep(_ days: Int64, _ chain: TestChain) throws {
    chain.advance(minutes: days * 24 * 60)
    _ = try chain.hub.admin.post("/admin/v1/nightly", body: .null)
    #expect(try chain.settle())
  }

  private func found(_ member: MemberID, _ chain: TestChain) throws -> MemberClass? {
    try chain.hub.member(member).memberClass?.class
  }

  /// Members, entered and left of each class in order.
  private func counts(_ chain: TestChain) throws -> [[Int64?]] {
    try chain.hub.admin.get(Self.classes).body.classes.elements.map { one in
      ["members", "entered", "left"].map { one[$0].integerValue }
    }
  }

  @Test func `a new member becomes loyal, falls dormant, and is won back at a till without a line`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2, rulebook: Self.rulebook())
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      #expect(try chain.settle())
      #expect(try found(member, chain) == .new, "at once, not after a night")
      for _ in 0..<3 { #expect(try chain[1].agent.sell(.of(10_000, to: member)).toPay == Money(9_900)) }
      #expect(try chain.settle())
      #expect(try found(member, chain) == .new, "until the night")
      try sleep(1, chain)
      let standing = try #require(try chain.hub.member(member).memberClass)
      #expect(standing.class == .loyal && standing.previous == .new && standing.name.zh == "忠诚会员")
      #expect(try counts(chain) == [[0, 0, 1], [0, 0, 0], [1, 1, 0], [0, 0, 0]])
      let loyal = try chain.hub.admin.get("\(Self.classes)/loyal/members").body
      #expect(loyal.memberIds == [.string("\(member)")])
      #expect(try chain.hub.admin.get("/admin/v1/segments/class%2Floyal/members").body == loyal)
      #expect(try chain[2].agent.quote(.of(10_000, to: member)).toPay == Money(9_800))

      try sleep(30, chain)
      #expect(try found(member, chain) == .potential)
      #expect(try chain[2].agent.quote(.of(10_000, to: member)).toPay == Money(10_000))
      try sleep(30, chain)
      #expect(try found(member, chain) == .dormant)
      chain[2].line.cut()
      #expect(try chain[2].agent.sell(.of(10_000, to: member)).toPay == Money(8_000))
      #expect(try chain.settle())
      try sleep(1, chain)
      #expect(try found(member, chain) == .potential, "won back")
      #expect(try chain[2].agent.quote(.of(10_000, to: member)).toPay == Money(10_000))
      #expect(try counts(chain) == [[0, 0, 0], [1, 1, 0], [0, 0, 0], [0, 0, 1]])
      #expect(try chain.hub.store.totals().priceDifferences == 0)
      #expect(try chain.differences() == [])
    }
  }

  @Test func `a night that finds nothing new tells no store anything`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1, rulebook: Self.rulebook())
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      #expect(try chain.settle())
      try sleep(1, chain)
      let (head, standing) = (chain.hub.store.committedHead, try chain.hub.member(member).memberClass)
      try sleep(0, chain)
      try sleep(1, chain)
      #expect(chain.hub.store.committedHead == head)
      #expect(try chain.hub.member(member).memberClass == standing)
    }
  }

  @Test func `a merge leaves one class, and what came back whole is no purchase`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 2, rulebook: Self.rulebook())
      let first = try chain[1].agent.enrol(.of("韩梅梅", phone: "13800138002")).memberId
      #expect(try chain.settle())
      chain.advance(minutes: 1)
      let second = try chain[2].agent.enrol(.of("韩梅梅")).memberId
      for _ in 0..<2 { _ = try chain[1].agent.sell(.of(10_000, to: first)) }
      let line = SaleRequest(
        memberId: second,
        lines: [LineRequest(sku: "690100", quantity: Quantity(milli: 2_000), unitPrice: Money(5_000))])
      let inParts = try chain[2].agent.sell(line)
      let whole = try chain[2].agent.sell(line)
      #expect(try chain.settle())
      try sleep(1, chain)
      #expect(try found(first, chain) == .new && found(second, chain) == .new)
      _ = try chain[2].agent.takeBack(
        ReturnRequest(
          saleId: inParts.saleId, lines: [ReturnedLine(line: 0, quantity: Quantity(milli: 1_000))]))
      let till = try chain[2].serve()
      _ = try send(till, "PATCH", "/v1/members/\(second)", body: Array(#"{"phone":"13800138002"}"#.utf8))
      #expect(try chain.settle())

      #expect(try chain.hub.member(second).memberId == first)
      #expect(try found(second, chain) == .loyal, "four purchases between them")
      #expect(try counts(chain)[0] == [0, 0, 1] && counts(chain)[2] == [1, 1, 0])
      let toPay = try chain.stores.map { try $0.agent.quote(.of(10_000, to: second)).toPay }
      #expect(toPay == [Money(9_800), Money(9_800)], "no store thinks them new as well")

      _ = try chain[2].agent.takeBack(ReturnRequest(saleId: whole.saleId))
      #expect(try chain.settle())
      try sleep(1, chain)
      #expect(try found(first, chain) == .loyal, "three still stand, one of them in part")
      _ = try chain[2].agent.takeBack(ReturnRequest(saleId: inParts.saleId))
      #expect(try chain.settle())
      try sleep(1, chain)
      #expect(try found(first, chain) == .new, "two do")
      #expect(try chain.differences() == [])
    }
  }

  @Test func `a rulebook without classes takes them away with the next night`() async throws {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1, rulebook: Self.rulebook())
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      #expect(try chain.settle())
      try chain.hub.republish(Self.rulebook(classes: false))
      #expect(try found(member, chain) == .new)
      try sleep(1, chain)
      #expect(try found(member, chain) == nil)
      let answer = try chain.hub.admin.get(Self.classes).body
      #expect(answer.rules.isNull && answer.classes.elements.allSatisfy { $0["members"] == 0 })
      // Asked for again, the class is found again by the next night, and no till has kept the old one.
      try chain.hub.republish(Self.rulebook())
      #expect(try chain.settle())
      #expect(try chain[1].agent.quote(.of(10_000, to: member)).toPay == Money(10_000))
      try sleep(1, chain)
      #expect(try chain[1].agent.quote(.of(10_000, to: member)).toPay == Money(9_900))
      #expect(try chain.differences() == [])
    }
  }

  @Test func `a preview goes by the class that a receipt kept, and says where none was asked for`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try TestChain(stores: 1, rulebook: Self.rulebook())
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      #expect(try chain.settle())
      #expect(try chain[1].agent.sell(.of(10_000, to: member)).toPay == Money(9_900))
      #expect(try chain.settle())
      chain.advance(minutes: 60)
      var draft = Self.rulebook().members
      draft["promotions"] = [
        [
          "id": "new", "name": ["zh": "专享", "en": "For them"], "when": ["segments": ["class/new"]],
          "effect": ["type": "amountOff", "steps": [["spend": 10_000, "off": 500]]],
        ]
      ]
      let asked = try RulebookPreviews.preview(.object(draft), at: chain.hub).report
      #expect(asked.cost == 400 && asked.caveats.elements.isEmpty)
      #expect(asked.segments.elements.map(\.segment) == ["class/new"])
      draft["promotions"] = [
        [
          "id": "new", "name": ["zh": "专享", "en": "For them"], "when": ["segments": ["class/potential"]],
          "effect": ["type": "amountOff", "steps": [["spend": 10_000, "off": 500]]],
        ]
      ]
      let other = try RulebookPreviews.preview(.object(draft), at: chain.hub).report
      #expect(other.caveats.elements.map(\.code) == ["segments_not_recorded"])
    }
  }
}
