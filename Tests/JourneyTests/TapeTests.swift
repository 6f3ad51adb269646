import Foundation
import Testing

@testable import Journey

struct TapeTests {
  let file = FileManager.default.temporaryDirectory.appending(path: "tape-\(UUID().uuidString).tsv")
  let first = Tape.Receipt(basket: 31_198_570_044, pointsSpent: 0, pointsEarned: 12)
  let second = Tape.Receipt(
    basket: 31_198_570_047, pointsSpent: 500, pointsEarned: 3,
    discounts: [.init(line: 0, cents: 199), .init(line: 3, cents: 301)])

  func write(_ receipts: Tape.Receipt...) throws {
    let writer = try TapeWriter(file)
    try writer.append(receipts)
    try writer.close()
  }

  func remove() { try? FileManager.default.removeItem(at: file) }

  @Test func `what was appended in several windows is read back`() throws {
    defer { remove() }
    try write(first)
    try write(second)
    let tape = try Tape.read(file)
    #expect(tape.receipts == [first.basket: first, second.basket: second])
    #expect(!tape.endsTorn)
  }

  @Test func `a tape cut at any byte keeps its whole lines and can be continued`() throws {
    defer { remove() }
    try write(first, second)
    let bytes = try Data(contentsOf: file)
    for length in 0...bytes.count {
      try bytes.prefix(length).write(to: file)
      let whole = bytes.prefix(length).count { $0 == UInt8(ascii: "\n") }
      let torn = try Tape.read(file)
      #expect(torn.receipts.count == max(0, whole - 1))
      #expect(torn.endsTorn == (length > 0 && bytes[length - 1] != UInt8(ascii: "\n")))
      try write(first, second)
      #expect(try Tape.read(file).receipts == [first.basket: first, second.basket: second])
    }
  }

  @Test func `a receipt printed twice counts once`() throws {
    defer { remove() }
    try write(first, second, first)
    let tape = try Tape.read(file)
    #expect(tape.receipts.count == 2 && tape.repeats == 1 && tape.conflicts.isEmpty)
  }

  @Test func `a receipt that says something else the second time is a conflict and the first stays`() throws {
    defer { remove() }
    var other = first
    other.pointsEarned = 13
    try write(first, other)
    let tape = try Tape.read(file)
    #expect(tape.receipts[first.basket] == first && tape.conflicts == [first.basket])
  }

  @Test func `a tape that was never begun is empty`() throws {
    #expect(try Tape.read(file) == Tape())
  }

  @Test func `garbage in the middle is an error with its line`() throws {
    defer { remove() }
    try write(first)
    let handle = try FileHandle(forWritingTo: file)
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("1\t2\t3\t4\n5\t6\t7\t\n".utf8))
    let error = #expect(throws: ChainDataError.self) { try Tape.read(file) }
    #expect(error?.line == 3)
  }
}
