import Foundation
import SyncProtocol

/// A bar with rate and time left on a terminal; a line now and then elsewhere.
final class ProgressBar {
  private let isTerminal = isatty(STDOUT_FILENO) == 1
  private let started = Date()
  private var first: Int?
  private var lastLine = Date.distantPast

  func show(_ progress: Progress) {
    let first = first ?? progress.done
    self.first = first
    let seconds = Date().timeIntervalSince(started)
    let rate = Double(progress.done - first) / max(0.1, seconds)
    let left = rate > 0 ? Double(progress.total - progress.done) / rate : 0
    let share = Double(progress.done) / Double(max(1, progress.total))
    let day = Timestamp(ms: progress.businessMs).day(utcOffsetMinutes: 0)
    let filled = Int(share * 30)
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 30 - filled)
    let pace = "\(Int(rate)) baskets/s 小票/秒  \(Int(left)) s left 剩余"
    let text = "\(bar) \(Int(share * 100)) %  \(day)  \(pace) \(progress.note)"
    if isTerminal {
      write("\r\u{1B}[K" + text)
    } else if Date().timeIntervalSince(lastLine) > 10 {
      lastLine = Date()
      write(text + "\n")
    }
  }

  func finish() { if isTerminal { write("\n") } }

  private func write(_ text: String) { FileHandle.standardOutput.write(Data(text.utf8)) }
}
