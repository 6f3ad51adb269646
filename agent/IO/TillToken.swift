import Foundation

/// The token that tills send; made at the first start, readable by the agent's user only.
public enum TillToken {
  public static func load(from folder: String) throws -> String {
    let path = folder + "/till.token"
    if let kept = FileManager.default.contents(atPath: path) {
      return String(decoding: kept, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
    let token = (0..<4).map { _ in String(UInt64.random(in: .min ... .max), radix: 16) }.joined()
    let created = FileManager.default.createFile(
      atPath: path, contents: Data((token + "\n").utf8), attributes: [.posixPermissions: 0o600])
    guard created else { throw CocoaError(.fileWriteUnknown) }
    return token
  }
}
