import CZstd

/// What can be wrong with bytes that claim to be one zstd frame.
public enum ZstdError: Error, Equatable, Sendable {
  /// The frame says, or turns out, to hold more than the caller allows.
  case tooLarge(limit: Int)
  /// The bytes end before the frame does.
  case truncated
  /// Not a zstd frame, a damaged one, or one with something behind it; the text is zstd's own.
  case malformed(String)
}

/// Zstandard, one whole frame at a time.
public enum Zstd {
  /// Compresses `bytes` to one frame that declares its own size, so that a reader can refuse it early.
  public static func compress(_ bytes: [UInt8], level: Int32 = 3) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: ZSTD_compressBound(bytes.count)) { output, count in
      count = bytes.withUnsafeBytes { input in
        ZSTD_compress(output.baseAddress, output.count, input.baseAddress, input.count, level)
      }
      // With a buffer of compressBound bytes only a lack of memory is left to fail.
      precondition(ZSTD_isError(count) == 0, "zstd could not compress: \(reason(count))")
    }
  }

  /// Gives back what one frame holds, never allocating more than `limit` bytes for it.
  public static func decompress(_ bytes: [UInt8], limit: Int) throws(ZstdError) -> [UInt8] {
    precondition(limit >= 0 && limit < Int.max, "a limit is a size in bytes")
    let declared = bytes.withUnsafeBytes { ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
    if declared == Declared.error {
      throw bytes.count < Declared.longestHeader ? .truncated : .malformed("not a zstd frame")
    }
    if declared != Declared.unknown, declared > UInt64(limit) { throw .tooLarge(limit: limit) }
    guard let stream = ZSTD_createDCtx() else { throw .malformed("no memory for a decoder") }
    defer { ZSTD_freeDCtx(stream) }
    // A frame names the window its decoder must allocate: without a ceiling, 20 bytes could ask for 128 MiB.
    ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax, windowLog(for: limit))
    let guess = declared == Declared.unknown ? min(bytes.count * 4, limit) : Int(declared)
    return try inflate(bytes, with: stream, capacity: max(guess, 1), limit: limit)
  }

  private static func inflate(
    _ bytes: [UInt8], with stream: OpaquePointer, capacity: Int, limit: Int
  ) throws(ZstdError) -> [UInt8] {
    var output = [UInt8](repeating: 0, count: capacity)
    var consumed = 0
    var produced = 0
    while true {
      let before = (consumed, produced)
      let status = step(stream, bytes, &consumed, &output, &produced)
      if ZSTD_isError(status) != 0 { throw .malformed(reason(status)) }
      if produced > limit { throw .tooLarge(limit: limit) }
      if status == 0 { break }
      if produced == output.count {
        // One byte beyond the limit is enough to know that the frame goes beyond it.
        let larger = min(output.count * 2, limit + 1)
        output.append(contentsOf: repeatElement(0, count: larger - output.count))
      } else if before == (consumed, produced) {
        throw .truncated
      }
    }
    guard consumed == bytes.count else { throw .malformed("bytes behind the end of the frame") }
    output.removeLast(output.count - produced)
    return output
  }

  private static func step(
    _ stream: OpaquePointer, _ bytes: [UInt8], _ consumed: inout Int, _ output: inout [UInt8],
    _ produced: inout Int
  ) -> Int {
    bytes.withUnsafeBytes { source in
      output.withUnsafeMutableBytes { target in
        var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: consumed)
        var sink = ZSTD_outBuffer(dst: target.baseAddress, size: target.count, pos: produced)
        defer { (consumed, produced) = (input.pos, sink.pos) }
        return ZSTD_decompressStream(stream, &sink, &input)
      }
    }
  }

  private static func windowLog(for limit: Int) -> Int32 {
    // 8 MiB is what the format asks every decoder to accept, however little the frame holds.
    let needed = Int32(Int.bitWidth - limit.leadingZeroBitCount)
    return min(max(needed, 23), 27)
  }

  private static func reason(_ code: Int) -> String { String(cString: ZSTD_getErrorName(code)) }

  // zstd.h defines these as macros with casts, which Swift does not import.
  private enum Declared {
    static let unknown = UInt64.max
    static let error = UInt64.max - 1
    static let longestHeader = 18
  }
}
