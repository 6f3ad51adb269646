import Foundation
import Testing

@testable import SyncProtocol

/// SPEC.md is what strangers build on, so its examples and tables are read from it and held against the code.
struct SpecExamples {
  let spec: String
  let limits: String

  init() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    spec = try String(contentsOf: root.appending(path: "protocol/SPEC.md"), encoding: .utf8)
    limits = try String(contentsOf: root.appending(path: "protocol/Limits.swift"), encoding: .utf8)
  }

  private func blocks(_ language: String) -> [String] {
    spec.components(separatedBy: "```\(language)\n").dropFirst().map {
      String($0.components(separatedBy: "\n```")[0])
    }
  }

  /// The bytes of a listing: what stands before a line's remark.
  private func bytes(_ listing: String) throws -> [UInt8] {
    let digits = listing.split(separator: "\n").map { $0.components(separatedBy: "  ")[0] }.joined()
    return try #require(Hex.bytes(digits.replacingOccurrences(of: " ", with: "")))
  }

  private var push: PushRequest {
    let moment = Timestamp("2026-11-22T01:30:00Z")!
    let checkIn = CheckIn(
      id: ID("019a2c3d-4e50-7123-8abc-0123456789ab")!, member: ID("0199f001-0203-7456-9def-aabbccddeeff")!,
      businessTime: moment, rulebook: 17, earned: Points(5),
      earnedLot: LotKey(availableFrom: Day("2026-11-22")!, expiresOn: Day("2027-11-22")!))
    let entry = Entry(seq: JournalSeq(1), time: HybridTime(ms: moment.ms), body: .checkIn(checkIn))
    return PushRequest(
      epoch: 1, firstSeq: JournalSeq(1), previousHash: .empty, entries: [entry],
      chainHash: ChainHash.empty.extended(by: entry.canonicalBytes))
  }

  @Test func `the example frame is the one this code writes, and reads`() throws {
    let frame = try bytes(blocks("hex")[0])
    #expect(push.wireBytes == frame)
    #expect(try PushRequest(wireBytes: frame) == push)
  }

  @Test func `the example's canonical entry is the one this code journals`() throws {
    #expect(try bytes(blocks("hex")[1]) == push.entries[0].canonicalBytes)
  }

  @Test func `the example in JSON is the same push`() throws {
    let json = Data(blocks("json")[0].utf8)
    #expect(try JSONDecoder().decode(PushRequest.self, from: json) == push)
    let written = try JSONSerialization.jsonObject(with: JSONEncoder().encode(push)) as? NSDictionary
    #expect(written == (try JSONSerialization.jsonObject(with: json) as? NSDictionary))
  }

  @Test func `the example's symbols are the ones this code makes, and reads`() throws {
    let numbers: [UInt64] = [
      0x0123_4567_89AB_CDEF, 0x3C6E_F372_FE94_F82B, 0xA54F_F53A_5F1D_36F1, 0x9B05_688C_2B3E_6C1F, .max,
    ]
    let marks = numbers.map { Mark($0) }
    let symbols = SketchSymbols(of: marks, 0..<6)
    #expect(try symbols.bytes == bytes(blocks("hex")[2]))
    #expect(try SketchSymbols(bytes: symbols.bytes) == symbols)
    var encoder = SketchEncoder(marks: marks.prefix(1))
    #expect(encoder.symbols(0..<40).enumerated().filter { $1.count == 1 }.map(\.offset) == [0, 1, 5, 7])
  }

  @Test func `the table of columns is the code's, number by number`() {
    #expect(Column.allCases.map(\.index) == Array(0..<81))
    for column in Column.allCases { #expect(spec.contains("| \(column.index) | \(column) |"), "\(column)") }
    let cited = spec.matches(of: #/@(\w+)/#).map { String($0.1) }
    let known = Set(Column.allCases.map { "\($0)" })
    #expect(Set(cited).isSubset(of: known), "\(Set(cited).subtracting(known))")
  }

  @Test func `the table of limits names every limit`() {
    let names = limits.matches(of: #/static let (\w+)/#).map { String($0.1) }
    #expect(names.count > 20)
    for name in names { #expect(spec.contains("| \(name) |"), "\(name)") }
    #expect(spec.contains("| pushEntries | \(Limits.pushEntries) |"))
    #expect(spec.contains("| longPollMs | 50,000 |") && Limits.longPollMs == 50_000)
  }
}
