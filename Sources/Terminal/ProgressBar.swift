import Foundation

/// One line that is drawn again and again while something long is done; nothing where nobody looks.
public final class ProgressBar {
  private let isOn: Bool
  private var shown = ""
  private static let cells: Int64 = 30

  public init(descriptor: Int32 = STDERR_FILENO) { isOn = isatty(descriptor) == 1 }

  /// `[██████████░░░░░░░░░░] 50% 500000/1000000`
  public static func line(_ done: Int64, of total: Int64) -> String {
    let (done, total) = (max(0, done), max(1, total))
    let share = done >= total ? 1000 : total.dividingFullWidth(done.multipliedFullWidth(by: 1000)).quotient
    let full = Int(share * cells / 1000)
    let bar = String(repeating: "█", count: full) + String(repeating: "░", count: Int(cells) - full)
    return "[\(bar)] \(share / 10)% \(done)/\(total)"
  }

  /// With a few words behind it.
  public func show(_ done: Int64, of total: Int64, _ words: String = "") {
    let line = Self.line(done, of: total) + (words.isEmpty ? "" : " " + words)
    guard isOn, line != shown else { return }
    shown = line
    FileHandle.standardError.write(Data("\r\(line)\u{1B}[K".utf8))
  }

  /// Leaves the line free for what comes next.
  public func end() {
    if !shown.isEmpty { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
    shown = ""
  }
}
