import AgentIO
import ArgumentParser
import Curl
import Foundation
import Logging
import Storage
import SyncProtocol
import Web

@main
struct PatronAgent: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patron-agent", abstract: "A store's agent beside its tills. 门店代理",
    subcommands: [Serve.self], defaultSubcommand: Serve.self)
}

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Serve this store's tills and keep in step with headquarters. 启动门店服务",
    discussion: """
      The first start writes till.token to the data folder: what tills send as their bearer token. Each option
      can also be set as PATRON_… in the environment or in --config.
      """)

  @Option(help: "Folder of journal.db and replica.db. 数据目录") var dataFolder: String?
  @Option(help: "URL of the hub. 总部地址") var hub: String?
  @Option(help: "File that holds the store's token. 门店令牌文件") var tokenFile: String?
  @Option(help: "Key of headquarters' rulebooks, from patron rulebook history. 总部签名公钥") var rulebookKey:
    String?
  @Option(help: "Address to listen on (127.0.0.1). 监听地址") var host: String?
  @Option(help: "Port; 0 takes a free one (7010). 端口") var port: String?
  @Option(help: "JSON file with settings. 配置文件") var config: String?

  func run() async throws {
    ParentWatch.install()
    // What is written here names people and holds keys: it is for this user alone.
    umask(0o077)
    LoggingSystem.bootstrap(StreamLogHandler.standardError)
    var logger = Logger(label: "patron-agent")
    logger.logLevel = .notice
    let (configuration, listener) = Settings.orExit { () throws(SettingError) in
      let settings = try Settings(
        flags: [
          "data-folder": dataFolder, "hub": hub, "token-file": tokenFile, "host": host, "port": port,
          "rulebook-key": rulebookKey,
        ],
        file: config)
      let url = try settings.string("hub")
      guard let parsed = URL(string: url), ["http", "https"].contains(parsed.scheme), parsed.host != nil
      else {
        throw SettingError("hub", "is a URL such as http://127.0.0.1:7000")
      }
      let tokenFile = try settings.path("token-file")
      guard
        let token = FileManager.default.contents(atPath: tokenFile).map({
          String(decoding: $0, as: UTF8.self)
        })
      else {
        throw SettingError("token-file", "cannot read \(tokenFile)")
      }
      let key = settings.optional("rulebook-key")
      guard key.map({ RulebookKey(text: $0) != nil }) ?? true else {
        throw SettingError("rulebook-key", "is a key of 64 hexadecimal digits")
      }
      let listener = Listener(
        host: try settings.string("host", default: "127.0.0.1"),
        port: try settings.int("port", in: 0...65_535, default: 7010))
      return (
        AgentConfiguration(
          folder: try settings.path("data-folder", default: "./agent-data"), hubURL: url,
          token: token.trimmingCharacters(in: .whitespacesAndNewlines), rulebookKey: key), listener
      )
    }
    do {
      let agent = try StoreAgent(configuration, environment: .machine, transport: CurlPool())
      let routes = POSRoutes(agent, tillToken: try TillToken.load(from: configuration.folder))
      try await serve(
        routes.router(), on: listener, logger: logger, name: "patron-agent",
        services: [SyncService(agent, logger: logger)], onReady: { ReadyLine.announce(port: $0) })
    } catch let error as StorageError {
      FileHandle.standardError.write(Data("patron-agent: \(error)\n".utf8))
      throw ExitCode(1)
    } catch let error as JournalDamage {
      FileHandle.standardError.write(Data("patron-agent: \(error)\n".utf8))
      throw ExitCode(3)
    }
  }
}
