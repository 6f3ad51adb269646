import Foundation
import Synchronization

/// What a real process could not be made to do.
public enum ProcessError: Error, Equatable, Sendable {
  /// The program does not start.
  case cannotStart(String, reason: String)
  /// It ended before it was ready; the end of its log says why.
  case endedEarly(ProcessExit, log: String)
  /// It said nothing within the time; the end of its log may say why.
  case notReady(log: String)
}

/// How a process ended.
public enum ProcessExit: Equatable, Sendable {
  case status(Int32)
  case signal(Int32)
}

/// A real program as a child of this one: started, watched, and killed without mercy.
///
/// Its output goes straight to its log file, so it never waits for us and the log outlives both. Its
/// standard input is a pipe from us that closes when we die, however we die; a program that calls
/// `ParentWatch.install` ends then. All calls block.
public final class ManagedProcess: Sendable {
  /// The process's number.
  public let pid: Int32
  /// Where its standard output and standard error go, appended.
  public let logFile: String

  private let ended = Mutex<ProcessExit?>(nil)
  private let parentPipe: Int32
  private let logStart: Int

  /// Starts `executable`; `environment` is added to our own.
  public init(
    _ executable: String, _ arguments: [String] = [], environment: [String: String] = [:], logFile: String
  ) throws(ProcessError) {
    self.logFile = logFile
    let attributes = try? FileManager.default.attributesOfItem(atPath: logFile)
    logStart = attributes?[.size] as? Int ?? 0
    let launch = Launch(executable: executable, arguments: arguments, environment: environment)
    (pid, parentPipe) = try launch.run(logFile: logFile)
  }

  deinit {
    close(parentPipe)
    if ended.withLock({ $0 }) == nil {
      kill(pid, SIGKILL)
      var status: Int32 = 0
      while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    }
  }

  /// Waits for its line `ready URL` and gives the URL.
  public func waitUntilReady(timeoutMs: Int = 20_000) throws(ProcessError) -> String {
    let deadline = ContinuousClock.now + .milliseconds(timeoutMs)
    while true {
      // Asked before the log is read: what it wrote before its end must still count.
      let end = exit
      if let url = readyURL() { return url }
      if let end { throw .endedEarly(end, log: logTail()) }
      if ContinuousClock.now > deadline { throw .notReady(log: logTail()) }
      usleep(Self.pollMicroseconds)
    }
  }

  /// Whether it has not ended.
  public var isRunning: Bool { exit == nil }

  /// How it ended; nil while it runs.
  public var exit: ProcessExit? {
    ended.withLock { ended in
      if ended == nil {
        var status: Int32 = 0
        if waitpid(pid, &status, WNOHANG) == pid { ended = Self.exit(from: status) }
      }
      return ended
    }
  }

  /// Waits for its end; nil if it still runs after the time.
  public func waitForExit(timeoutMs: Int = 20_000) -> ProcessExit? {
    let deadline = ContinuousClock.now + .milliseconds(timeoutMs)
    while true {
      if let exit { return exit }
      if ContinuousClock.now > deadline { return nil }
      usleep(Self.pollMicroseconds)
    }
  }

  /// Ends it as a power cut would, and waits until it is gone.
  public func kill9() {
    signal(SIGKILL)
    _ = waitForExit()
  }

  /// Asks it to finish (SIGTERM).
  public func terminate() { signal(SIGTERM) }

  /// Sends any signal, such as SIGSTOP for a machine that hangs.
  public func signal(_ number: Int32) {
    // Under the lock, so that a pid already reaped and given to a stranger is never signalled.
    ended.withLock { ended in if ended == nil { kill(pid, number) } }
  }

  /// The memory it holds now, in bytes; nil when it has ended.
  public var residentBytes: Int? { memory("VmRSS:") }

  /// The most memory it ever held, in bytes; nil when it has ended.
  public var peakResidentBytes: Int? { memory("VmHWM:") }

  private static let pollMicroseconds: UInt32 = 2_000
}

extension ManagedProcess {
  private func memory(_ name: String) -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8) else { return nil }
    let line = status.split(separator: "\n").first { $0.hasPrefix(name) }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
  }

  private func readyURL() -> String? {
    guard let text = try? log(from: logStart) else { return nil }
    // A line still being written has no end yet, and its port may lack a digit.
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    return lines.first { $0.hasPrefix("ready ") }.map { String($0.dropFirst("ready ".count)) }
  }

  private func logTail() -> String { String(((try? log(from: logStart)) ?? "").suffix(2_000)) }

  private func log(from offset: Int) throws -> String {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: logFile))
    defer { try? file.close() }
    try file.seek(toOffset: UInt64(offset))
    return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
  }

  private static func exit(from status: Int32) -> ProcessExit {
    // The C macros for this are not imported: the low seven bits are the signal, the next byte the status.
    status & 0x7F == 0 ? .status(status >> 8 & 0xFF) : .signal(status & 0x7F)
  }
}
