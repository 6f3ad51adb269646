import Foundation

/// A fresh folder that goes, with all that is in it, when the last reference to it does.
public final class TemporaryFolder: Sendable {
  /// Its absolute path, without a slash at the end.
  public let path: String

  /// Makes a folder whose name starts with `prefix`.
  public init(_ prefix: String = "patron") throws {
    let name = "\(prefix)-\(UUID().uuidString.prefix(13).lowercased())"
    path = FileManager.default.temporaryDirectory.appendingPathComponent(name).path
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file inside it.
  public func file(_ name: String) -> String { path + "/" + name }
}
