import Foundation

/// Holds a data folder for this process, so that two programs never write the same files.
///
/// The kernel drops the lock when the process ends, however it ends; the pid inside the file is only
/// there to tell an operator who holds it.
public final class FolderLock: Sendable {
  private let descriptor: Int32

  /// Takes `folder`, or throws `StorageError.folderInUse` at once if someone has it.
  public init(_ folder: String) throws(StorageError) {
    let path = folder + "/lock"
    // Close-on-exec: a child that inherited the descriptor would hold the folder after our death.
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw .folderUnusable(path: folder, reason: String(cString: strerror(errno)))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      let holder = Self.holder(descriptor)
      throw reason == EWOULDBLOCK
        ? .folderInUse(path: folder, pid: holder)
        : .folderUnusable(path: folder, reason: String(cString: strerror(reason)))
    }
    let pid = Array("\(getpid())\n".utf8)
    if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, pid, pid.count, 0) }
  }

  // Also runs when the initialiser throws with all properties set, so nothing may be closed there as well:
  // the second close would take another thread's descriptor away.
  deinit {
    // A child between fork and exec has the descriptor too; closing ours would leave the lock with it.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  private static func holder(_ descriptor: Int32) -> Int32? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { return nil }
    return Int32(String(decoding: bytes[..<count].prefix { $0 != 10 }, as: UTF8.self))
  }
}
