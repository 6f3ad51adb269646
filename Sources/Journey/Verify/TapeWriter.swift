import Foundation

/// Appends receipts to the tape, a window of them at a time.
///
/// What `append` has returned for survives a kill of the process. It does not wait for the disk: after a
/// power cut the run itself is begun again.
public final class TapeWriter {
  private let handle: FileHandle
  private var length: UInt64

  /// Opens or begins the tape. Half a line left by a kill is cut off, so that the next one does not grow onto
  /// it.
  public init(_ file: URL) throws {
    if !FileManager.default.fileExists(atPath: file.path) {
      try Data().write(to: file)
    }
    let whole = Tape.wholeLines([UInt8](try Data(contentsOf: file)))
    handle = try FileHandle(forUpdating: file)
    length = UInt64(whole)
    try handle.truncate(atOffset: length)
    if length == 0 { try write(Tape.columns.joined(separator: "\t") + "\n") }
  }

  public func append(_ receipts: some Sequence<Tape.Receipt>) throws {
    try write(receipts.reduce(into: "") { $0 += $1.row })
  }

  public func close() throws {
    try handle.close()
  }

  private func write(_ text: String) throws {
    let bytes = Data(text.utf8)
    do {
      try handle.seek(toOffset: length)
      try handle.write(contentsOf: bytes)
    } catch {
      // A full disk may have taken half of it: leave whole lines only.
      try? handle.truncate(atOffset: length)
      throw error
    }
    length += UInt64(bytes.count)
  }
}
