import Seeds
import Testing

@testable import SyncProtocol

extension SplitMix64 {
  mutating func differenceRequest() -> DifferenceRequest {
    let depth = Int(number(0...Int64(Limits.digestDepth)))
    if number(0...4) == 0 { return .digests(depth: depth) }
    return .prefixes(
      depth: depth,
      list(0...16) { random in
        let first = Int(random.number(0...Int64(Limits.sketchSymbols)))
        let end = Int(random.number(Int64(first)...Int64(Limits.sketchSymbols)))
        return PrefixRequest(
          value: MarkPrefix(depth: depth, of: random.mark()).value, symbols: random.maybe { _ in first..<end }
        )
      })
  }

  mutating func differenceAnswer() -> DifferenceAnswer {
    if number(0...4) == 0 {
      return .digests(PrefixDigests(depth: Int(number(0...2)), of: TwoSides(&self, both: 50, only: 0).ours))
    }
    return .prefixes(
      list(0...4) { random in
        let marks = TwoSides(&random, both: 30, only: 0).ours
        return random.flag() ? .marks(marks.sorted()) : .symbols(random.sketchSymbols(marks))
      })
  }

  mutating func sketchSymbols(_ marks: [Mark]) -> SketchSymbols {
    let first = number(0...9) > 0 ? number(0...20) : Int64(Limits.sketchSymbols) - 30
    return SketchSymbols(of: marks, Int(first)..<Int(first + number(0...30)))
  }
}

struct DifferenceCoding {
  @Test func `what is asked and answered about differences decodes to what was encoded`() {
    forAll { (random: inout SplitMix64) in
      let (request, answer) = (random.differenceRequest(), random.differenceAnswer())
      return try DifferenceRequest(wire: request.wire) == request
        && DifferenceAnswer(wire: answer.wire) == answer
    }
  }

  @Test func `symbols, lists and digests have one encoding each`() {
    forAll { (random: inout SplitMix64) in
      var bytes: [UInt8]
      let marks = TwoSides(&random, both: 8, only: 0).ours.sorted()
      let kind = random.number(0...2)
      switch kind {
      case 0: bytes = random.sketchSymbols(marks).bytes
      case 1: bytes = MarkList.bytes(marks)
      default: bytes = PrefixDigests(depth: Int(random.number(0...1)), of: marks).bytes
      }
      for _ in 0..<random.number(0...2) {
        let place = Int(random.number(0...Int64(bytes.count - 1)))
        bytes[place] =
          random.flag() ? bytes[place] ^ 1 << UInt8(random.next() % 8) : random.oneOf([0, 0x80, 255])
      }
      if random.number(0...9) == 0 { bytes.removeLast() }
      let again: [UInt8]? =
        switch kind {
        case 0: try? SketchSymbols(bytes: bytes).bytes
        case 1: (try? MarkList.marks(bytes)).map(MarkList.bytes)
        default: try? PrefixDigests(bytes: bytes).bytes
        }
      return again == nil || again == bytes
    }
  }

  @Test func `a damaged question or answer is refused or is another, and never traps`() {
    forAll { (random: inout SplitMix64) in
      var samples = Samples(random)
      let header: [UInt8] = [0, 0, 0, 0]
      let request = Array(damaged(header + random.differenceRequest().wire, &samples).dropFirst(4))
      let answer = Array(damaged(header + random.differenceAnswer().wire, &samples).dropFirst(4))
      if let read = try? DifferenceRequest(wire: request), try DifferenceRequest(wire: read.wire) != read {
        return false
      }
      guard let read = try? DifferenceAnswer(wire: answer) else { return true }
      return try DifferenceAnswer(wire: read.wire) == read
    }
  }

  /// The head of symbols: size, state, first, how many.
  private func head(_ size: UInt64, _ first: UInt64, _ count: UInt64) -> [UInt8] {
    var out: [UInt8] = []
    Varint.append(size, to: &out)
    out += [0, 0, 0, 0]
    Varint.append(first, to: &out)
    Varint.append(count, to: &out)
    return out
  }

  @Test func `more symbols, marks or digests than the limit, or than there are bytes, are refused at once`() {
    let symbols = UInt64(Limits.sketchSymbols)
    for bytes in [head(5, 0, symbols + 1), head(5, symbols, 1), head(5, .max, 2), head(5, 0, .max)] {
      #expect(throws: WireError.overLimit("symbols of a prefix")) { try SketchSymbols(bytes: bytes) }
    }
    #expect(throws: WireError.overLimit("131073 marks of a prefix")) {
      try SketchSymbols(bytes: head(131_073, 0, 0))
    }
    #expect(throws: WireError.truncated) { try SketchSymbols(bytes: head(5, 0, symbols)) }
    #expect(throws: WireError.overLimit("131073 marks of a prefix")) {
      try MarkList.marks([0x81, 0x80, 0x08])
    }
    #expect(throws: WireError.truncated) { try MarkList.marks([0x80, 0x80, 0x08]) }
    #expect(throws: WireError.overLimit("digits of a prefix: 5")) { try PrefixDigests(bytes: [5]) }
    #expect(throws: WireError.truncated) { try PrefixDigests(bytes: [4, 0, 0]) }
  }

  @Test func `a symbol of more marks than there are, or fewer than none, is refused`() {
    for count in [6, -1, .max, .min] as [Int64] {
      var bytes = head(5, 0, 1) + [UInt8](repeating: 0, count: 12)
      Varint.append(Varint.zigzag(count &- 5), to: &bytes)
      #expect(throws: WireError.badValue("marks of a symbol")) { try SketchSymbols(bytes: bytes) }
    }
  }

  @Test func `marks beyond 64 bits are refused`() {
    let last = MarkList.bytes([Mark(.max)])
    #expect(throws: WireError.badValue("marks beyond 64 bits")) {
      try MarkList.marks([2] + last.dropFirst() + [0])
    }
    #expect(throws: WireError.badValue("marks beyond 64 bits")) {
      try MarkList.marks([2] + MarkList.bytes([Mark(5)]).dropFirst() + last.dropFirst())
    }
  }
}
