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

  let hub: ManagedProcess
  let hubURL: String
  let adminTokenFile: String
  private let folder: TemporaryFolder
  private let programs: String
  private let running: Mutex<[ManagedProcess]>

  /// Where this program is: the others were built beside it.
  static var ownFolder: String {
    URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
  }

  /// Starts the hub.
  init(programs: String) throws {
    self.programs = programs
    for name in ["patron-hub", "patron-agent"]
    where !FileManager.default.isExecutableFile(atPath: "\(programs)/\(name)") {
      throw DemoFault.missing("\(programs)/\(name)（swift build --product \(name)）")
    }
    folder = try TemporaryFolder("patron-demo")
    hub = try Self.start(
      "\(programs)/patron-hub", ["serve", "--data-folder", folder.file("hub"), "--port", "0"],
      log: folder.file("hub.log"))
    running = Mutex([hub])
    hubURL = try Self.ready(hub, "patron-hub")
    adminTokenFile = folder.file("hub/admin.token")
  }

  /// Starts the agents of all shops at once, each given its own token of headquarters'.
  func openShops(_ tokens: [(shop: ShopName, token: String)]) throws -> [Shop] {
    guard let hubPort = hubURL.split(separator: ":").last.flatMap({ Int($0) }) else {
      throw DemoFault.unexpected("hub URL \(hubURL)")
    }
    let started = try tokens.map { shop, token in
      let line = try Line(to: hubPort)
      let data = folder.file(shop.code)
      let hubToken = folder.file("\(shop.code).hub-token")
      let created = FileManager.default.createFile(
        atPath: hubToken, contents: Data(token.utf8), attributes: [.posixPermissions: 0o600])
      guard created else { throw DemoFault.missing(hubToken) }
      let process = try Self.start(
        "\(programs)/patron-agent",
        [
          "serve", "--data-folder", data, "--hub", "http://127.0.0.1:\(line.port)", "--token-file", hubToken,
          "--port", "0",
        ], log: folder.file("\(shop.code).log"))
      running.withLock { $0.append(process) }
      return (shop, process, line, data + "/till.token")
    }
    return try started.map { shop, process, line, tokenFile in
      Shop(
        name: shop, process: process, line: line, url: try Self.ready(process, "patron-agent \(shop.code)"),
        tokenFile: tokenFile)
    }
  }

  /// Ends all programs and takes the folder away; also when it is called a second time.
  func stop() {
    let processes = running.withLock { processes in
      defer { processes = [] }
      return processes
    }
    for process in processes { process.terminate() }
    for process in processes where process.waitForExit(timeoutMs: 3_000) == nil { process.kill9() }
    try? FileManager.default.removeItem(atPath: folder.path)
  }

  deinit { stop() }

  private static func start(_ path: String, _ arguments: [String], log: String) throws(DemoFault)
    -> ManagedProcess
  {
    do {
      return try ManagedProcess(path, arguments, logFile: log)
    } catch {
      throw .process(path, error)
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
