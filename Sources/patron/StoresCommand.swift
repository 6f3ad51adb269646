import ArgumentParser
import Curl
import Terminal

struct StoresCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stores", abstract: "Stores: open them, list them, see how they are doing. 门店",
    subcommands: [StoresAdd.self, StoresList.self, StoresStatus.self])
}

struct StoresAdd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Open a store and get its token, which is shown once. 新增门店并取得令牌（只显示一次）")

  @Argument(help: "Code: letters, digits, - and _. 门店编号") var code: String
  @Option(help: "Name. 店名") var name: String?
  @Option(help: "Write the token to this new file, readable by you only. 令牌写入新文件") var tokenFileOut: String?
  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    // Opened before the hub is asked: a token that is shown once must not be lost to a full disk or a typo.
    let file = try tokenFileOut.map { try TokenFile(creating: $0) }
    var body: [String: JSONValue] = ["store": .string(code)]
    if let name { body["name"] = .string(name) }
    let store: JSONValue
    do {
      store = try hub.post("stores", .object(body))
      try file?.write(store.token.text)
    } catch {
      file?.remove()
      throw error
    }
    var shown = store.members
    if file != nil { shown["token"] = nil }
    try options.show(.object(shown)) {
      sheet([
        ("门店 Store", store.store.text), ("节点 Node", store.node.text),
        ("令牌 Token", tokenFileOut.map { "→ \($0)" } ?? store.token.text),
      ])
    }
  }
}

struct StoresList: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "All stores. 门店列表")

  @OptionGroup var options: HubOptions

  func run() throws {
    let answer = try options.connect().get("stores")
    try options.show(answer) {
      var table = TextTable([
        ("门店 Store", .leading), ("名称 Name", .leading), ("节点 Node", .trailing), ("区域 Region", .leading),
        ("停用 Revoked", .leading),
      ])
      for store in answer.stores.elements.map(\.store) {
        table.add([
          store.store.text, store.name.text, store.node.text, store.region.text, store.revoked.text,
        ])
      }
      return lines(table)
    }
  }
}

struct StoresStatus: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "When stores were heard from and what they have read. 门店同步状态",
    discussion: """
      A store is not woken for changes that are none of its business, so an idle one may stay a little \
      behind for half a minute. 与本店无关的变更不会唤醒门店，空闲门店略微落后属正常。
      """)

  @Argument(help: "One store's code; all without. 门店编号，省略为全部") var code: String?
  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    let answer = try hub.get(code.map { "stores/" + JSONValue.segment($0) } ?? "stores")
    try options.show(answer) {
      var table = TextTable([
        ("门店 Store", .leading), ("最近联系 Last seen", .leading), ("已收流水 Entries", .trailing),
        ("已读 Position", .trailing), ("总部 Head", .trailing), ("时钟超前 Clock lead ms", .trailing),
        ("版本 Version", .leading),
      ])
      for status in code == nil ? answer.stores.elements : [answer] {
        table.add([
          status.store.store.text, status.lastSeen.isNull ? "–" : status.lastSeen.text,
          status.store.receivedEntries.text, status.position.text, status.head.text,
          status.store.clockLeadMs.text, status.version.text,
        ])
      }
      return lines(table)
    }
  }
}
