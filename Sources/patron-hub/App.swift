import ArgumentParser
import Foundation
import Logging
import ServerHTTP
import ServerStorage
import Storage
import Web

@main
struct PatronHub: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patron-hub", abstract: "Headquarters of a Patron chain. 总部中枢",
    subcommands: [Serve.self], defaultSubcommand: Serve.self)
}

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve stores and headquarters. 启动总部服务",
    discussion: """
      Needs nothing but a folder: the database is made in it. The first start writes admin.token there, the
      token of the first user. Each option can also be set as PATRON_… in the environment or in --config.
      """)

  @Option(help: "Folder of the database. 数据目录") var dataFolder: String?
  @Option(help: "Address to listen on (127.0.0.1). 监听地址") var host: String?
  @Option(help: "Port; 0 takes a free one (7000). 端口") var port: String?
  @Option(help: "JSON file with settings. 配置文件") var config: String?
  @Option(help: "Take the time from this file, for replays of the past. 回放时钟文件") var runClock: String?

  func run() async throws {
    ParentWatch.install()
    // What is written here names people and holds keys: it is for this user alone.
    umask(0o077)
    LoggingSystem.bootstrap(StreamLogHandler.standardError)
    var logger = Logger(label: "patron-hub")
    logger.logLevel = .notice
    let (folder, listener) = Settings.orExit { () throws(SettingError) in
      let settings = try Settings(
        flags: ["data-folder": dataFolder, "host": host, "port": port], file: config)
      return (
        try settings.path("data-folder", default: "./hub-data"),
        Listener(
          host: try settings.string("host", default: "127.0.0.1"),
          port: try settings.int("port", in: 0...65_535, default: 7000))
      )
    }
    var environment = HubEnvironment.machine
    if let runClock {
      let clock = try RunClock(path: runClock)
      environment.nowMs = { clock.nowMs }
    }
    do {
      let hub = try Hub(folder: folder, environment: environment)
      try await hub.makeFirstUser(folder: folder)
      try await serve(
        hub.router(), on: listener, logger: logger, name: "patron-hub",
        services: [
          HubService(hub), NightlyService(hub, logger: logger), FeedKeeper(hub, logger: logger),
        ],
        onReady: { ReadyLine.announce(port: $0) })
      hub.stop()
    } catch let error as StorageError {
      FileHandle.standardError.write(Data("patron-hub: \(error)\n".utf8))
      throw ExitCode(1)
    }
  }
}
