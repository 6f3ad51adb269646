import Foundation
import Journey

/// What the report draws, written as it happens so that a kill loses at most a line.
final class EventLog {
  private let file: FileHandle

  init(path: String) throws {
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: nil)
    }
    file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seekToEnd()
  }

  func backlog(_ timeMs: Int64, _ entries: Int) { write(["backlog", "\(timeMs)", "\(entries)"]) }
  func converged(store: Int, hours: Double, entries: Int, seconds: Double) {
    write(["converged", "\(store)", "\(hours)", "\(entries)", "\(seconds)"])
  }
  func note(_ name: String, _ value: Int) { write(["note", name, "\(value)"]) }

  private func write(_ cells: [String]) { file.write(Data((cells.joined(separator: "\t") + "\n").utf8)) }

  struct Events {
    var backlog: [JourneyReport.Backlog] = []
    var convergence: [JourneyReport.Convergence] = []
    var notes: [String: Int] = [:]
  }

  static func read(_ path: String) -> Events {
    var events = Events()
    let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    for line in text.split(separator: "\n") {
      let cells = line.split(separator: "\t").map(String.init)
      switch (cells.first, cells.count) {
      case ("backlog", 3):
        if let time = Int64(cells[1]), let entries = Int(cells[2]) {
          events.backlog.append(.init(timeMs: time, entries: entries))
        }
      case ("converged", 5):
        if let store = Int(cells[1]), let hours = Double(cells[2]), let entries = Int(cells[3]),
          let s = Double(cells[4])
        {
          events.convergence.append(.init(store: store, offlineHours: hours, entries: entries, seconds: s))
        }
      case ("note", 3): events.notes[cells[1]] = Int(cells[2])
      default: break
      }
    }
    return events
  }
}

/// Writes the progress file a few times a second until told that all is done.
final class ProgressReporter: @unchecked Sendable {
  private let work: Workplace
  private let total: Int
  private let look: () -> (done: Int, businessMs: Int64)
  private let lock = NSLock()
  private var note = ""
  private var isFinished = false

  init(work: Workplace, total: Int, look: @escaping () -> (done: Int, businessMs: Int64)) {
    self.work = work
    self.total = total
    self.look = look
    Thread.detachNewThread { [self] in
      while !lock.withLock({ isFinished }) {
        save()
        Thread.sleep(forTimeInterval: 0.2)
      }
    }
  }

  func say(_ text: String) { lock.withLock { note = text } }

  func finish() {
    lock.withLock { isFinished = true }
    save()
  }

  private func save() {
    let (done, time) = look()
    Progress(done: done, total: total, businessMs: time, note: lock.withLock { note }).save(to: work.progress)
  }
}
