/// Why a data file cannot be used.
public enum StorageError: Error, Equatable, Sendable, CustomStringConvertible {
  /// SQLite did not take a setting that the file's promise rests on.
  case settingRefused(path: String, setting: String, wanted: String, found: String)
  /// The file was written by a newer release.
  case newerFile(found: Int, known: Int)
  /// Another process (or another part of this one) uses the folder.
  case folderInUse(path: String, pid: Int32?)
  /// The folder's lock file cannot be opened.
  case folderUnusable(path: String, reason: String)

  /// One line for an operator.
  public var description: String {
    switch self {
    case .settingRefused(let path, let setting, let wanted, let found):
      "\(path): \(setting) is \(found) where \(wanted) was asked; commits would not be safe"
    case .newerFile(let found, let known):
      "the file has version \(found), this program knows up to \(known): install a newer release"
    case .folderInUse(let path, let pid):
      "\(path) is in use by \(pid.map { "process \($0)" } ?? "another process"): stop it first"
    case .folderUnusable(let path, let reason):
      "\(path) cannot be used: \(reason)"
    }
  }
}
