import Foundation
import Seeds
import Testing

@testable import SyncProtocol

struct JSONForms {
  func again<T: Codable>(_ value: T) throws -> T {
    try JSONDecoder().decode(T.self, from: try JSONEncoder().encode(value))
  }

  @Test func `every message and entry is the same after a way through JSON`() {
    forAll(1_500) { (random: inout SplitMix64) in
      var samples = Samples(random, wild: false)
      let (push, answer, claim) = (samples.push(entries: 2), samples.pushResponse(), samples.claim())
      let (section, entry) = (samples.section(), samples.entry())
      let (push2, section2) = (try again(push), try again(section))
      let (answer2, claim2, entry2) = (try again(answer), try again(claim), try again(entry))
      return push2 == push && push2.exact == push.exact && section2 == section
        && section2.exact == section.exact && answer2 == answer && claim2 == claim
        && entry2.canonicalBytes == entry.canonicalBytes
    }
  }

  @Test func `numbers keep all their 64 bits in JSON`() throws {
    for number in [0, 1, 1 << 53 + 1, .max] as [UInt64] {
      #expect(try again(HybridTime(packed: number)).packed == number)
    }
    for number in [.min, -1, .max] as [Int64] {
      #expect(try again(FieldValue.int(number)) == .int(number))
      #expect(try again(Money(number)) == Money(number))
    }
    let digest = PartitionDigest(count: .max, sum: .max)
    #expect(try again(digest) == digest)
  }

  @Test func `a page is shown with its sections opened`() throws {
    forAll(300) { (random: inout SplitMix64) in
      var samples = Samples(random, wild: false)
      let bodies = samples.list { $0.section() }
      let page = PullPage(
        logEpoch: 1, from: HubSeq(1), to: HubSeq(2), head: HubSeq(3), hubTime: samples.timestamp(),
        sections: bodies.map { PageSection(partition: .rulebook, payload: Array($0.wireBytes.reversed())) })
      let opened = try OpenedPage(page) { $0.reversed() }
      return try opened.sections.map(\.body) == bodies && again(opened) == opened
    }
  }

  private let push = """
    {"epoch": 1, "firstSeq": SEQ, "previousHash": "\(String(repeating: "0", count: 64))",
     "chainHash": "\(String(repeating: "0", count: 64))",
     "entries": [{"seq": 5, "time": 1, "body": {"saleReturn": {
       "id": "00000000-0000-7000-8000-000000000001", "sale": "00000000-0000-7000-8000-000000000002",
       "businessTime": "2026-11-22T09:30:00Z", "isVoid": false, "lines": [{"line": LINE, "quantity": 1}],
       "net": 100, "refund": 100, "restored": [], "clawedBack": [], "debt": 0, "coupons": [],
       "requestDigest": 1, "growth": 0, "loss": 0, "isUnresolved": false}}}]}
    """

  private func decodePush(seq: String, line: String) throws -> PushRequest {
    let json = push.replacingOccurrences(of: "SEQ", with: seq).replacingOccurrences(of: "LINE", with: line)
    return try JSONDecoder().decode(PushRequest.self, from: Data(json.utf8))
  }

  @Test func `a push in JSON passes the same door as a binary one`() throws {
    #expect(try decodePush(seq: "5", line: "0").entries.count == 1)
    for line in ["-1", "500", "9223372036854775807"] {
      #expect(throws: (any Error).self) { try decodePush(seq: "5", line: line) }
    }
    for seq in ["4", "0", "9223372036854775807", "18446744073709551615"] {
      #expect(throws: (any Error).self) { try decodePush(seq: seq, line: "0") }
    }
  }

  @Test func `a claim in JSON beyond the limits is refused`() throws {
    let claim = ClaimRequest(
      cursor: Cursor(logEpoch: 1, position: .none, shape: []), points: [],
      coupons: [CouponID](repeating: ID(high: 0, low: 0), count: Limits.releaseItems + 1))
    #expect(throws: (any Error).self) { try again(claim) }
  }

  @Test func `an entry with two bodies, or none, is refused`() throws {
    let release = #""release": {"points": [], "coupons": []}"#
    let profile = #""profile": {"member": "00000000-0000-7000-8000-000000000001", "registers": []}"#
    for body in ["{}", "{\(release), \(profile)}", #"{"later": {}}"#] {
      let json = Data("{\"seq\": 1, \"time\": 1, \"body\": \(body)}".utf8)
      #expect(throws: (any Error).self) { try JSONDecoder().decode(Entry.self, from: json) }
    }
  }

  @Test func `a member unknown to this version of JSON is overlooked`() throws {
    let json = #"{"int": 4, "later": true}"#
    #expect(try JSONDecoder().decode(FieldValue.self, from: Data(json.utf8)) == .int(4))
  }
}
