import Compression
import Testing

@Suite struct CompressionTests {
  private static let text = [UInt8](String(repeating: "milk 250 ml, ", count: 5_000).utf8)

  @Test(arguments: [0, 1, 1_000, 65_000]) func `what was compressed comes back`(count: Int) throws {
    let bytes = Array(Self.text.prefix(count))
    #expect(try Zstd.decompress(Zstd.compress(bytes), limit: 65_000) == bytes)
  }

  @Test func `a frame exactly at the limit is accepted and one byte more is not`() throws {
    let frame = Zstd.compress(Self.text)
    #expect(try Zstd.decompress(frame, limit: Self.text.count) == Self.text)
    #expect(throws: ZstdError.tooLarge(limit: Self.text.count - 1)) {
      try Zstd.decompress(frame, limit: Self.text.count - 1)
    }
  }

  @Test func `a frame cut anywhere is refused`() {
    let frame = Zstd.compress(Array(Self.text.prefix(500)))
    for length in 0..<frame.count {
      #expect(throws: ZstdError.self) { try Zstd.decompress(Array(frame[..<length]), limit: 1_000) }
    }
    #expect(throws: ZstdError.truncated) {
      try Zstd.decompress(Array(frame.dropLast()), limit: 1_000)
    }
  }

  @Test func `bytes that are no frame, and bytes behind a frame, are refused`() {
    #expect(throws: ZstdError.malformed("not a zstd frame")) {
      try Zstd.decompress([UInt8](repeating: 7, count: 100), limit: 1_000)
    }
    #expect(throws: ZstdError.malformed("bytes behind the end of the frame")) {
      try Zstd.decompress(Zstd.compress([1, 2, 3]) + Zstd.compress([4]), limit: 1_000)
    }
  }

  /// A frame as a streaming writer makes it: no size in its header, one run-length block of `count` bytes.
  private static func undeclared(count: Int, window: UInt8) -> [UInt8] {
    let block = count << 3 | 0b011
    return [0x28, 0xB5, 0x2F, 0xFD, 0x00, window] + [UInt8(block & 255), UInt8(block >> 8 & 255)]
      + [UInt8(block >> 16 & 255), 0x41]
  }

  @Test func `a frame that hides its size is stopped at the limit`() throws {
    let frame = Self.undeclared(count: 100_000, window: 0x48)
    #expect(try Zstd.decompress(frame, limit: 100_000) == [UInt8](repeating: 0x41, count: 100_000))
    #expect(throws: ZstdError.tooLarge(limit: 99_999)) { try Zstd.decompress(frame, limit: 99_999) }
  }

  @Test func `a frame that asks for a huge window is refused`() {
    #expect(throws: ZstdError.malformed("Frame requires too much memory for decoding")) {
      try Zstd.decompress(Self.undeclared(count: 10, window: 0x88), limit: 1_000)
    }
  }
}
