import Foundation
import Loyalty
import SyncProtocol
import Testing

/// The section `offline` of a rulebook.
struct OfflineDocuments {
  private static func rulebook(_ offline: OfflinePolicy, paying: Bool = true) -> Rulebook {
    var rulebook = Rulebook.none
    rulebook.offline = offline
    if paying {
      rulebook.pointsPayment = PointsPayment(
        points: Points(100), worth: Money(100), minimum: .zero, step: Points(1), maxSharePermille: 500)
    }
    return rulebook
  }

  private static func faults(_ offline: OfflinePolicy, paying: Bool = true) -> [String] {
    rulebook(offline, paying: paying).faults().map { "\($0.path) \($0.reason)" }
  }

  @Test func `risk needs both caps, and points that are risked have to pay something`() {
    #expect(Self.faults(.held) == [])
    #expect(Self.faults(OfflinePolicy(points: .online)) == [])
    let caps = OfflinePolicy(
      points: .floorLimit, perMemberDay: Money(1), perStoreOutage: Money(1_000_000_000))
    #expect(Self.faults(caps) == [])
    #expect(
      Self.faults(OfflinePolicy(points: .floorLimit)) == [
        "offline.perMemberDay is there where anything is risked",
        "offline.perStoreOutage is there where anything is risked",
      ])
    #expect(
      Self.faults(OfflinePolicy(perMemberDay: Money(100))) == [
        "offline.perStoreOutage is there where anything is risked"
      ])
    #expect(
      Self.faults(caps, paying: false) == ["offline.points is held where points pay nothing"])
    #expect(
      Self.faults(OfflinePolicy(points: .online), paying: false) == [
        "offline.points is held where points pay nothing"
      ])
    #expect(
      Self.faults(OfflinePolicy(perMemberDay: .zero, perStoreOutage: Money(1_000_000_001))) == [
        "offline.perMemberDay is from 1 to 1000000000", "offline.perStoreOutage is from 1 to 1000000000",
      ])
  }

  @Test func `a coupon without money in it cannot be risked`() {
    func faults(_ kind: CouponTerms.Kind, _ policy: CouponTerms.Policy) -> [String] {
      CouponTerms(
        kind: kind, name: Words(zh: "券", en: "C"), value: kind.isMoney ? 100 : 0, policy: policy,
        giftSku: kind == .gift ? "cup" : nil
      ).faults().map(\.path)
    }
    for kind in CouponTerms.Kind.allCases {
      #expect(faults(kind, .floorLimit) == (kind.isMoney ? [] : ["policy"]))
      #expect(faults(kind, .held) == [] && faults(kind, .online) == [])
    }
  }

  @Test func `a document without the section is written without it, and one with it comes back the same`()
    throws
  {
    let plain = Self.rulebook(.held)
    #expect(!String(decoding: try plain.encoded(), as: UTF8.self).contains("offline"))
    for offline in [
      OfflinePolicy(points: .online),
      OfflinePolicy(points: .floorLimit, perMemberDay: Money(2_000), perStoreOutage: Money(50_000)),
    ] {
      let rulebook = Self.rulebook(offline)
      #expect(try Rulebook.decode(rulebook.encoded()) == rulebook)
    }
  }
}
