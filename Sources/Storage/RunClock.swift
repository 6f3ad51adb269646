import Foundation
import Synchronization

/// One clock for a hub and its agents in different processes, set by whoever replays the past: eight bytes
/// of milliseconds since 1970 in a file that all of them map. A year then plays in minutes, and every part
/// agrees on what time it is, also after it was killed.
public final class RunClock: Sendable {
  private nonisolated(unsafe) let cell: UnsafeMutablePointer<Int64>
  private let setting = Mutex(())

  /// Maps the file, which is made if it is not there.
  public init(path: String) throws {
    let file = open(path, O_RDWR | O_CREAT, 0o600)
    guard file >= 0, ftruncate(file, 8) == 0 else {
      throw StorageError.folderUnusable(path: path, reason: "no clock file")
    }
    defer { close(file) }
    guard let mapped = mmap(nil, 8, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0), mapped != MAP_FAILED else {
      throw StorageError.folderUnusable(path: path, reason: "the clock file cannot be mapped")
    }
    cell = mapped.bindMemory(to: Int64.self, capacity: 1)
  }

  public var nowMs: Int64 { cell.pointee }

  /// Time only goes forward.
  public func advance(to ms: Int64) { setting.withLock { _ in cell.pointee = max(cell.pointee, ms) } }

  deinit { munmap(cell, 8) }
}
