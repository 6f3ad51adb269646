import Foundation

/// A new file for a secret, readable by its owner only.
struct TokenFile {
  private let path: String
  private let descriptor: Int32

  /// Refuses a file that is there: it may hold another store's only token.
  init(creating path: String) throws {
    self.path = path
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      let why = errno == EEXIST ? "已存在 exists" : String(cString: strerror(errno))
      throw Failure.setting("token-file-out", "\(path): \(why)")
    }
  }

  func write(_ token: String) throws {
    do {
      let file = FileHandle(fileDescriptor: descriptor)
      try file.write(contentsOf: Data((token + "\n").utf8))
      try file.synchronize()
    } catch {
      // The hub will not say it again, so the terminal is better than nowhere.
      throw Failure.setting("token-file-out", "无法写入，令牌为 cannot be written, the token is \(token)")
    }
  }

  func remove() { unlink(path) }
}
