import Chain
import Curl
import Foundation
import Synchronization

/// The hub and the shops as real processes in a folder of their own, each shop behind a line of its own.
final class Stage: Sendable {
  /// A shop's agent with what reaches it.
  struct Shop: Sendable {
    let name: ShopName
    let process: ManagedProcess
    let line: Line
    let url: String
    let tokenFile: String
  }

  /// Headquarters with what reaches it.
  struct Hub: Sendable {
    let process: ManagedProcess
    let url: String
    let port: Int
    let tokenFile: String
  }

  private let folder: TemporaryFolder
  private let programs: String
  private let running = Mutex<[ManagedProcess]>([])

  /// Where this program is: the others were built beside it.
  static var ownFolder: String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
  }

  /// Makes the folder; nothing runs yet.
  init(programs: String) throws {
    self.programs = programs
    for name in ["patron-hub", "patron-agent"]
    where !FileManager.default.isExecutableFile(atPath: "\(programs)/\(name)") {
      throw DemoFault.missing("\(programs)/\(name)（swift build --product \(name)）")
    }
    folder = try TemporaryFolder("patron-demo")
  }

  func openHub() throws -> Hub {
    let process = try start(
      "patron-hub", ["--data-folder", folder.file("hub"), "--port", "0"], log: folder.file("hub.log"))
    let url = try Self.ready(process, "patron-hub")
    guard let port = url.split(separator: ":").last.flatMap({ Int($0) }) else {
      throw DemoFault.unexpected("hub URL \(url)")
    }
    return Hub(process: process, url: url, port: port, tokenFile: folder.file("hub/admin.token"))
  }

  /// Starts the agents of all shops at once, each given its own token of headquarters'.
  func openShops(_ tokens: [(shop: ShopName, token: String)], of hub: Hub) throws -> [Shop] {
    let started = try tokens.map { shop, token in
      let line = try Line(to: hub.port)
      let data = folder.file(shop.code)
      let hubToken = folder.file("\(shop.code).hub-token")
      let created = FileManager.default.createFile(
        atPath: hubToken, contents: Data(token.utf8), attributes: [.posixPermissions: 0o600])
      guard created else { throw DemoFault.missing(hubToken) }
      let process = try start(
        "patron-agent",
        [
          "--data-folder", data, "--hub", "http://127.0.0.1:\(line.port)", "--token-file", hubToken,
          "--port", "0",
        ], log: folder.file("\(shop.code).log"))
      return (shop, process, line, data + "/till.token")
    }
    return try started.map { shop, process, line, tokenFile in
      Shop(
        name: shop, process: process, line: line, url: try Self.ready(process, "patron-agent \(shop.code)"),
        tokenFile: tokenFile)
    }
  }

  /// Ends all programs and takes the folder away. Who comes second waits for the first.
  func stop() {
    running.withLock { processes in
      for process in processes { process.terminate() }
      for process in processes where process.waitForExit(timeoutMs: 3_000) == nil { process.kill9() }
      processes = []
      try? FileManager.default.removeItem(atPath: folder.path)
    }
  }

  deinit { stop() }

  private func start(_ name: String, _ arguments: [String], log: String) throws(DemoFault) -> ManagedProcess {
    do {
      let process = try ManagedProcess("\(programs)/\(name)", ["serve"] + arguments, logFile: log)
      running.withLock { $0.append(process) }
      return process
    } catch {
      throw .process(name, error)
    }
  }

  private static func ready(_ process: ManagedProcess, _ name: String) throws(DemoFault) -> String {
    do {
      return try process.waitUntilReady(timeoutMs: 30_000)
    } catch {
      throw .process(name, error)
    }
  }
}
