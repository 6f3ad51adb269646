import Foundation

/// One line on standard error that fills up; nothing where nobody looks at a terminal.
public struct ProgressBar: Sendable {
  private let isOn: Bool
  private static let cells = 30

  public init(environment: [String: String] = ProcessInfo.processInfo.environment) {
    isOn = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
  }

  /// Draws so much of the whole, with a few words behind it.
  public func show(_ done: Int64, of total: Int64, _ words: String) {
    if isOn { write("\r\(Self.line(done, of: total)) \(words)\u{1B}[K") }
  }

  /// Leaves a clean line.
  public func clear() { if isOn { write("\r\u{1B}[K") } }

  /// `█████░░░░░  50%`; a whole of nothing is full.
  public static func line(_ done: Int64, of total: Int64) -> String {
    let permille = total > 0 ? Int(Double(min(max(0, done), total)) / Double(total) * 1000) : 1000
    let full = permille * cells / 1000
    let percent = String(permille / 10)
    return String(repeating: "█", count: full) + String(repeating: "░", count: cells - full) + " "
      + percent.padded(to: 3, trailing: true) + "%"
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
