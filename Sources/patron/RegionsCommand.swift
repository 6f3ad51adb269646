import ArgumentParser
import Curl
import Terminal

struct RegionsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regions", abstract: "Regions: which there are, and who belongs where. 区域",
    discussion: """
      A store carries the members of its regions; anybody else is fetched when they identify themselves. \
      门店只同步所属区域的会员，外区会员在识别时即时获取。
      """,
    subcommands: [RegionsList.self, RegionsStore.self, RegionsMember.self, RegionsMembers.self],
    defaultSubcommand: RegionsList.self)
}

struct RegionsList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Regions with their members and stores. 区域列表")

  @OptionGroup var options: HubOptions

  func run() throws {
    let answer = try options.connect().get("regions")
    try options.show(answer) {
      var table = TextTable([
        ("区域 Region", .leading), ("会员 Members", .trailing), ("所属门店 Stores", .trailing),
        ("同步门店 Carriers", .trailing),
      ])
      for region in answer.regions.elements {
        table.add([region.region.text, region["members"].text, region.stores.text, region.carriers.text])
      }
      return lines(table)
    }
  }
}

struct RegionsStore: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "store", abstract: "Say where a store belongs and what it carries. 设置门店区域",
    discussion: """
      The store hears of it within a minute and loads what is new. Members it enrolled before stay where \
      they \
      are: see patron regions members. 门店一分钟内得知并同步；此前登记的会员不随之迁移。
      """)

  @Argument(help: "Store code. 门店编号") var code: String
  @Option(help: "Where its own members belong from now on. 所属区域") var region: String?
  @Option(help: "A region it carries, given again for each; * for all. 同步区域，可重复") var carry: [String] = []
  @OptionGroup var options: HubOptions

  func validate() throws {
    guard region != nil || !carry.isEmpty else {
      throw ValidationError("请给出 --region 或 --carry give --region or --carry")
    }
  }

  func run() throws {
    var body: [String: JSONValue] = [:]
    if let region { body["region"] = .string(region) }
    if !carry.isEmpty { body["regions"] = .array(carry.map { .string($0) }) }
    let answer = try options.connect().patch("stores/\(JSONValue.segment(code))", .object(body))
    try options.show(answer) {
      sheet([
        ("门店 Store", answer.store.store.text), ("区域 Region", answer.store.region.text),
        ("同步区域 Carries", answer.store.regions.elements.map(\.text).joined(separator: " ")),
      ])
    }
  }
}

struct RegionsMember: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "member", abstract: "Move a member, with all their cards, to another region. 迁移会员")

  @Argument(help: memberHelp) var id: String
  @Argument(help: "Region. 区域") var region: String
  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    let path = "members/\(JSONValue.segment(try hub.memberID(id)))/region"
    let answer = try hub.post(path, ["region": .string(region)])
    try options.show(answer) {
      sheet([("会员 Member", answer.memberWords), ("区域 Region", answer.region.text)])
    }
  }
}

struct RegionsMembers: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "members", abstract: "Move the members that a store enrolled to another region. 迁移门店会员",
    discussion: """
      Goes on where it was stopped when it is run again. With --dry-run only says how many the store's \
      region has.
      可随时中断，重新运行即继续。
      """)

  @Argument(help: "Store code. 门店编号") var code: String
  @Argument(help: "Region. 区域") var region: String
  @Flag(help: "Only say how many. 只试算") var dryRun = false
  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    let path = "stores/\(JSONValue.segment(code))/members/region"
    let total = try hub.post(path + "/check", ["region": .string(region)]).left.integerValue ?? 0
    if dryRun {
      return try options.show(["left": .integer(total)]) { ["将迁移 would move: \(total)"] }
    }
    let bar = ProgressBar()
    var moved: Int64 = 0
    while moved < total {
      bar.show(moved, of: total)
      let answer = try hub.post(path, ["region": .string(region)])
      moved += answer.moved.integerValue ?? 0
      if answer.left == 0 { break }
    }
    bar.end()
    try options.show(["moved": .integer(moved)]) { ["已迁移 moved: \(moved)"] }
  }
}
