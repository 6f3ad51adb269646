import Foundation
import ServerStorage
import SyncProtocol
import Testing
import TestKit

@Suite struct IdentityTests {
  static let member: MemberID = Write.id(1)
  static let phone = "+8613800000001"

  /// One hub, so many stores; each writes and pushes when told.
  struct Shops {
    let hub: TestHub
    var stores: [WireStore]

    init(_ count: Int) throws {
      hub = try TestHub()
      let hub = hub
      stores = try (1...count).map { try WireStore(hub, "S\($0)") }
    }
  }

  @Test(arguments: [[0, 1], [1, 0]])
  func `of two names the later stands in whatever order they arrive, and the other is kept`(
    _ order: [Int]
  ) async throws {
    try await onItsOwnThread {
      var shops = try Shops(3)
      shops.stores[2].write(Write.enrolment(Self.member, ["name": "甲"]))
      try shops.stores[2].push()
      let base = TestClock.start + 1_000
      shops.stores[0].write(Write.profile(Self.member, "name", "早"), at: HybridTime(ms: base))
      shops.stores[1].write(Write.profile(Self.member, "name", "晚"), at: HybridTime(ms: base + 1))
      for index in order { try shops.stores[index].push() }
      #expect(try shops.hub.member(Self.member).registers["name"] == "晚")
      let conflicts = try shops.hub.store.exceptions().filter { $0.kind == "conflict" }
      #expect(conflicts.contains { $0.node == 1 })
      #expect(!conflicts.contains { $0.node == 2 })
    }
  }

  @Test func `at the same instant the higher node number decides, on every arrival`() async throws {
    try await onItsOwnThread {
      for order in [[0, 1], [1, 0]] {
        var shops = try Shops(2)
        shops.stores[0].write(Write.enrolment(Self.member, [:]))
        try shops.stores[0].push()
        let time = HybridTime(ms: TestClock.start + 1_000)
        shops.stores[0].write(Write.profile(Self.member, "name", "一"), at: time)
        shops.stores[1].write(Write.profile(Self.member, "name", "二"), at: time)
        for index in order { try shops.stores[index].push() }
        #expect(try shops.hub.member(Self.member).registers["name"] == "二")
      }
    }
  }

  @Test func `a clock that runs years ahead does not win for years`() async throws {
    try await onItsOwnThread {
      var shops = try Shops(2)
      shops.stores[0].write(Write.enrolment(Self.member, [:]))
      shops.stores[0].write(
        Write.profile(Self.member, "name", "未来"), at: HybridTime(ms: TestClock.start + 3_000_000_000_000))
      try shops.stores[0].push()
      #expect(try shops.hub.store.stores()[0].clockLeadMs > 0)
      shops.hub.clock.advance(minutes: 10)
      shops.stores[1].write(Write.profile(Self.member, "name", "现在"))
      try shops.stores[1].push()
      #expect(try shops.hub.member(Self.member).registers["name"] == "现在")
    }
  }

  @Test func `the same phone makes one member of two, and a different name leaves it to a person`()
    async throws
  {
    try await onItsOwnThread {
      var shops = try Shops(2)
      shops.stores[0].write(Write.enrolment(Self.member, ["phone": Self.phone, "name": "王小明"]))
      shops.stores[0].write(Write.sale(Write.id(11), 10_000, to: Self.member))
      shops.stores[1].write(
        Write.enrolment(Write.id(2), ["phone": Self.phone, "name": "王小明"]),
        at: HybridTime(ms: TestClock.start + 9))
      shops.stores[1].write(Write.sale(Write.id(12), 20_000, to: Write.id(2)))
      shops.stores[1].write(Write.enrolment(Write.id(3), ["phone": Self.phone, "name": "李四"]))
      try shops.stores[0].push()
      #expect(try shops.stores[1].push().results.map(\.outcome) == [.merged, .merged])
      let one = try shops.hub.member(Write.id(2))
      #expect(one.memberId == Self.member)
      #expect(one.mergedIn == [Write.id(2)])
      #expect(one.points == Points(300))
      #expect(try shops.hub.member(Write.id(3)).memberId == Write.id(3))
      let totals = try shops.hub.store.totals()
      #expect((totals.members, totals.aliases, totals.possibleDuplicates) == (2, 1, 1))
      // The second card works too, and what comes for the merged record is the person's.
      shops.stores[1].write(Write.sale(Write.id(13), 5_000, to: Write.id(2)))
      try shops.stores[1].push(from: 4)
      #expect(try shops.hub.member(Self.member).points == Points(350))
    }
  }

  @Test(arguments: [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
  func `three enrolments of one phone end in the same member with all points, whichever comes first`(
    _ order: [Int]
  ) async throws {
    try await onItsOwnThread {
      var shops = try Shops(3)
      for index in 0..<3 {
        // The second store enrolled first.
        let time = HybridTime(ms: TestClock.start + [5, 1, 9][index])
        shops.stores[index].write(Write.enrolment(Write.id(1 + index), ["phone": Self.phone]), at: time)
        shops.stores[index].write(Write.sale(Write.id(11 + index), 10_000 << index, to: Write.id(1 + index)))
      }
      for index in order { try shops.stores[index].push() }
      for index in 0..<3 {
        let member = try shops.hub.member(Write.id(1 + index))
        #expect(member.memberId == Write.id(2))
        #expect(Set(member.mergedIn) == [Write.id(1), Write.id(3)])
        #expect(member.points == Points(700))
      }
      #expect(try shops.hub.store.findMembers(phone: Self.phone).map(\.memberId) == [Write.id(2)])
      #expect(try shops.hub.store.totals().aliases == 2)
    }
  }

  @Test func `a sale with a phone nobody has finds its member when another store enrols them`() async throws {
    try await onItsOwnThread {
      var shops = try Shops(2)
      shops.stores[0].write(Write.sale(Write.id(11), 10_000, phone: Self.phone))
      shops.stores[0].write(Write.sale(Write.id(12), 20_000, phone: "+8613800000009"))
      try shops.stores[0].push()
      #expect(try shops.hub.store.totals().salesWithoutMember == 2)
      shops.stores[1].write(Write.enrolment(Self.member, ["phone": Self.phone]))
      try shops.stores[1].push()
      let member = try shops.hub.member(Self.member)
      #expect(member.points == Points(100))
      #expect(member.lastStore.number == 1)
      #expect(try shops.hub.store.sale(Write.id(11)).memberId == Self.member)
      #expect(try shops.hub.store.totals().salesWithoutMember == 1)
      // And a later one finds them at once.
      shops.stores[0].write(Write.sale(Write.id(13), 5_000, phone: Self.phone))
      try shops.stores[0].push(from: 3)
      #expect(try shops.hub.member(Self.member).points == Points(150))
    }
  }
}
