import Chain
import Foundation
import Testing

@Suite struct ManagedProcessTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func shell(_ script: String, environment: [String: String] = [:]) throws -> ManagedProcess {
    try ManagedProcess("/bin/sh", ["-c", script], environment: environment, logFile: folder.file("log"))
  }

  @Test func `a program is ready when it says so, and its output is in its log`() throws {
    let process = try shell(
      "echo $GREETING >&2; echo ready http://127.0.0.1:4711; read line",
      environment: ["GREETING": "hello"])
    #expect(try process.waitUntilReady() == "http://127.0.0.1:4711")
    #expect(process.isRunning)
    #expect(try String(contentsOfFile: process.logFile, encoding: .utf8).hasPrefix("hello\n"))
    let resident = try #require(process.residentBytes)
    let peak = try #require(process.peakResidentBytes)
    #expect(resident > 100_000)
    #expect(peak >= resident)
    process.kill9()
    #expect(process.exit == .signal(SIGKILL))
    #expect(process.residentBytes == nil)
  }

  @Test func `a second run is not taken for ready by the first run's line`() throws {
    let first = try shell("echo ready http://127.0.0.1:1; exec sleep 60")
    _ = try first.waitUntilReady()
    first.kill9()
    let second = try shell("exec sleep 60")
    #expect(throws: ProcessError.notReady(log: "")) { try second.waitUntilReady(timeoutMs: 100) }
  }

  @Test func `a program that fails says how and with what words`() throws {
    let process = try shell("echo setting port: wrong; exit 2")
    #expect(throws: ProcessError.endedEarly(.status(2), log: "setting port: wrong\n")) {
      try process.waitUntilReady()
    }
  }

  @Test func `a program that does not exist cannot start`() {
    #expect(throws: ProcessError.cannotStart("/nowhere/patron", reason: "No such file or directory")) {
      try ManagedProcess("/nowhere/patron", logFile: folder.file("log"))
    }
  }

  @Test func `a program asked to finish may finish its own way`() throws {
    let process = try shell("trap 'exit 7' TERM; echo ready x; while :; do sleep 0.01; done")
    _ = try process.waitUntilReady()
    #expect(process.waitForExit(timeoutMs: 20) == nil)
    process.terminate()
    #expect(process.waitForExit() == .status(7))
  }

  @Test func `a program nobody holds any more is gone`() throws {
    var process: ManagedProcess? = try shell("echo ready x; exec sleep 60")
    _ = try process?.waitUntilReady()
    let pid = try #require(process?.pid)
    process = nil
    #expect(kill(pid, 0) == -1)
  }

  @Test func `a child hears of its parent's death, even one with brothers`() async throws {
    let path = folder.path
    // The parent is a process of its own, killed the hard way while both its children live.
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let wait = "[ $PATRON_PARENT_PIPE = 1 ] && echo ready x && cat >/dev/null; echo parent gone >&2"
      let children = try ["a", "b"].map {
        try ManagedProcess("/bin/sh", ["-c", wait], logFile: "\(path)/\($0)")
      }
      for child in children { _ = try child.waitUntilReady() }
      kill(getpid(), SIGKILL)
    }
    for name in ["a", "b"] {
      let gone = {
        (try? String(contentsOfFile: "\(path)/\(name)", encoding: .utf8))?.contains("gone") == true
      }
      for _ in 0..<500 where !gone() { usleep(10_000) }
      #expect(gone())
    }
  }

  @Test func `a temporary folder goes with what is in it`() throws {
    var temporary: TemporaryFolder? = try TemporaryFolder("edge")
    let path = try #require(temporary?.path)
    try Data("x".utf8).write(to: URL(fileURLWithPath: path + "/file"))
    temporary = nil
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}
