import AgentCore
import AgentIO
import Chain
import Curl
import Loyalty
import ServerStorage
import SyncProtocol
import Testing
import TestKit

/// Tiers at tills that are cut off, and at headquarters, which tells of them.
@Suite struct TiersAcrossStores {
  /// Gold from ¥1,000 in twelve months, or 500 growth value; it pays 90 %, collects double and is welcomed
  /// with a coupon.
  private static func rulebook(_ metric: String, threshold: Int64, dayCap: Int64? = nil) -> JSONValue {
    let gold: JSONValue = [
      "id": "gold", "name": ["zh": "金卡", "en": "Gold"], "threshold": .integer(threshold),
      "benefits": [
        ["kind": "discount", "payRatePermille": 900], ["kind": "accelerator", "permille": 2000],
        ["kind": "upgradeGift", "template": "welcome"],
      ],
    ]
    let caps: JSONValue = dayCap.map { ["perMemberDay": .integer($0)] } ?? [:]
    return [
      "effectiveFrom": "2026-01-01T00:00:00Z",
      "name": ["zh": "等级", "en": "Tiers"], "currency": "CNY", "utcOffsetMinutes": 480,
      "earning": [
        ["id": "base", "per": 100, "points": 1],
        ["id": "growth", "currency": "growth", "per": 1000, "points": 1],
      ],
      "earningCaps": caps,
      "expiry": ["policy": "rollingMonths", "months": 12], "checkInPoints": 5,
      "tiers": [
        "id": "main", "name": ["zh": "等级", "en": "Tiers"], "metric": .string(metric),
        "window": ["kind": "rolling", "months": 12], "downgrade": "recompute", "graceDays": 30,
        "levels": [["id": "basic", "name": ["zh": "普通", "en": "Basic"], "threshold": 0], gold],
      ],
      "holding": ["homePermille": 500, "lastStorePermille": 250],
    ]
  }

  private func chain(_ metric: String, threshold: Int64, dayCap: Int64? = nil) throws -> TestChain {
    let chain = try TestChain(stores: 2)
    _ = try chain.hub.admin.post(
      "/admin/v1/coupon-templates", body: ["template": "welcome", "terms": DemoChain.tenOff])
    try chain.hub.republish(Self.rulebook(metric, threshold: threshold, dayCap: dayCap))
    #expect(try chain.settle())
    return chain
  }

  private func tiers(_ chain: TestChain, of member: MemberID) throws -> [String?] {
    try chain.stores.map { try $0.agent.member(member).tier } + [try chain.hub.member(member).tier]
  }

  @Test func `gold is gold at once where it was reached, and everywhere and told once after (T4, T5)`()
    async throws
  {
    try await onItsOwnThread {
      let chain = try chain("spend", threshold: 100_000)
      let member = try chain[1].agent.enrol(.of("李雷", phone: "13800138001")).memberId
      #expect(try chain.settle())
      #expect(try tiers(chain, of: member) == ["basic", "basic", "basic"])
      #expect(try chain[2].agent.member(member).tierProgress?.en == "¥1000.00 to Gold")
      for store in chain.stores { store.line.cut() }
      for store in chain.stores { _ = store.sync() }

      let first = try chain[1].agent.sell(.of(100_000, to: member))
      #expect(first.toPay == Money(100_000) && first.points.earned == Points(1_000))
      let second = try chain[1].agent.sell(.of(10_000, to: member))
      #expect(second.toPay == Money(9_000) && second.points.earned == Points(180))
      #expect(try chain[2].agent.sell(.of(10_000, to: member)).toPay == Money(10_000), "it cannot know yet")
      #expect(try tiers(chain, of: member) == ["gold", "basic", "basic"])

      #expect(try chain.settle())
      #expect(try tiers(chain, of: member) == ["gold", "gold", "gold"])
      let told = try chain.hub.store.memberTier(member).changes
      #expect(told.map(\.to) == ["basic", "gold"] && told.map(\.isRise) == [true, true])
      #expect(try chain[1].agent.coupons(of: member).map(\.template) == ["welcome"])

      // The sale that brought gold comes back: the level stays until its month is over, and its grace.
      _ = try chain[1].agent.takeBack(ReturnRequest(saleId: first.saleId))
      #expect(try chain.settle())
      #expect(Set(try tiers(chain, of: member)).count == 1)
      _ = try chain[2].agent.sell(.of(100_000, to: member))
      #expect(try chain.settle())
      #expect(try chain[1].agent.coupons(of: member).count == 1, "one welcome a period")
      #expect(try chain.hub.store.totals().priceDifferences == 0)
      #expect(try chain.differences() == [])
    }
  }

  @Test func `of each level it is counted who rose, who fell and who stayed`() async throws {
    try await onItsOwnThread {
      let chain = try chain("growth", threshold: 50)
      let members = try (1...4).map { try chain[1].agent.enrol(.of(phone: "1380013810\($0)")).memberId }
      let sale = try chain[1].agent.sell(.of(60_000, to: members[0]))
      #expect(try chain.settle())
      func day(_ minutes: Int64) -> String {
        "\(Timestamp(ms: TestClock.start + minutes * 60_000).day(utcOffsetMinutes: 480))"
      }
      chain.advance(minutes: 24 * 60)
      _ = try chain[1].agent.sell(.of(60_000, to: members[1]))
      _ = try chain[1].agent.takeBack(ReturnRequest(saleId: sale.saleId))
      #expect(try chain.settle())
      let path = "/admin/v1/tier-movements"
      let answer = try chain.hub.admin.get("\(path)?from=\(day(24 * 60))&to=\(day(24 * 60))").body
      let figures = answer.levels.elements.map { level in
        ["before", "after", "rose", "fell", "promotionPermille"].map { level[$0].integerValue }
      }
      #expect(answer.levels.elements.map(\.level) == ["basic", "gold"])
      #expect(figures == [[3, 3, 1, 0, 333], [1, 1, 0, 1, 0]], "one came, and one went with its goods")
      let year = try chain.hub.admin.get(path).body.levels.elements
      #expect(year.map(\.before) == [0, 0] && year.map(\.after) == [3, 1])
    }
  }

  @Test func `growth value lifts, and goes back with the goods`() async throws {
    try await onItsOwnThread {
      let chain = try chain("growth", threshold: 50)
      let member = try chain[1].agent.enrol(.of("韩梅梅", phone: "13800138002")).memberId
      let sale = try chain[1].agent.sell(.of(60_000, to: member))
      #expect(try chain[1].agent.member(member).tier == "gold")
      #expect(try chain.settle())
      #expect(try tiers(chain, of: member) == ["gold", "gold", "gold"])
      _ = try chain[1].agent.void(sale.saleId)
      #expect(try tiers(chain, of: member)[0] == "basic")
      #expect(try chain.settle())
      #expect(try tiers(chain, of: member) == ["basic", "basic", "basic"])
      let told = try chain.hub.store.memberTier(member).changes.map(\.why)
      #expect(told == [.reached, .noLongerReached], "who falls has reached nothing")
      // A phone nobody knows earns growth as well, once its member is known.
      _ = try chain[2].agent.sell(.of(60_000, phone: "13800138003"))
      #expect(try chain.settle())
      let late = try chain[1].agent.enrol(.of(phone: "13800138003")).memberId
      #expect(try chain.settle())
      #expect(try tiers(chain, of: late) == ["gold", "gold", "gold"])
      #expect(try chain.differences() == [])
    }
  }

  @Test func `a tier given by hand holds at every store, with its reason kept (T2)`() async throws {
    try await onItsOwnThread {
      let chain = try chain("spend", threshold: 100_000)
      let member = try chain[1].agent.enrol(.of("王芳", phone: "13800138004")).memberId
      #expect(try chain.settle())
      let path = "/admin/v1/members/\(member)/tier-overrides"
      let body: JSONValue = ["level": "gold", "until": "2099-01-01", "reason": "投诉补偿"]
      _ = try chain.hub.admin.post(path, body: body, idempotencyKey: "complaint-1")
      _ = try chain.hub.admin.post(path, body: body, idempotencyKey: "complaint-1")
      #expect(try chain.settle())
      #expect(try tiers(chain, of: member) == ["gold", "gold", "gold"])
      let kept = try chain.hub.store.memberTier(member).overrides
      #expect(kept.map(\.reason) == ["投诉补偿"] && kept.map(\.actor) == ["admin"])
      for (field, wrong) in [("level", "platinum"), ("until", "2020-01-01"), ("reason", "")] {
        var refused = body
        if case .object(var members) = refused {
          members[field] = .string(wrong)
          refused = .object(members)
        }
        #expect(throws: (any Error).self) {
          try chain.hub.admin.post(path, body: refused, idempotencyKey: wrong)
        }
      }
      #expect(try chain.differences() == [])
    }
  }

  @Test func `a day's cap counts what other stores gave, as far as a store knows`() async throws {
    try await onItsOwnThread {
      let chain = try chain("spend", threshold: 1_000_000, dayCap: 100)
      let member = try chain[1].agent.enrol(.of("赵雷", phone: "13800138005")).memberId
      let first = try chain[1].agent.sell(.of(7_000, to: member))
      #expect(first.points.earned == Points(70))
      #expect(try chain[1].agent.sell(.of(7_000, to: member)).points.earned == Points(30))
      #expect(try chain.settle())
      #expect(try chain[2].agent.sell(.of(7_000, to: member)).points.earned == .zero)
      chain.advance(minutes: 24 * 60)
      #expect(try chain[2].agent.sell(.of(7_000, to: member)).points.earned == Points(70))
      #expect(try chain.settle())
      #expect(try chain.hub.member(member).points == Points(170))
      #expect(try chain.hub.store.totals().priceDifferences == 0)
      #expect(try chain.differences() == [])
    }
  }
}
