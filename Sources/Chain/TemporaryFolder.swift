import Foundation

/// A fresh folder that goes, with all that is in it, when the last reference to it does.
public final class TemporaryFolder: Sendable {
  public enum Place: Sendable {
    case usual
    /// In memory, where the machine has a folder there: for work that would flush a disk ten thousand times.
    case memory
  }

  /// Its absolute path, without a slash at the end.
  public let path: String

  /// Makes a folder whose name starts with `prefix`.
  public init(_ prefix: String = "patron", in place: Place = .usual) throws {
    let name = "\(prefix)-\(UUID().uuidString.prefix(13).lowercased())"
    let usual = FileManager.default.temporaryDirectory
    let memory = URL(fileURLWithPath: "/dev/shm")
    let isThere = FileManager.default.isWritableFile(atPath: memory.path)
    path = (place == .memory && isThere ? memory : usual).appendingPathComponent(name).path
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file inside it.
  public func file(_ name: String) -> String { path + "/" + name }
}
