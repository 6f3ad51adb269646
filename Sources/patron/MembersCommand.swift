import ArgumentParser
import Curl
import Terminal

struct MembersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "members", abstract: "Members: find one, see all of one, points and tiers by hand. 会员",
    subcommands: [
      MembersFind.self, MembersShow.self, MembersStatement.self, MembersAdjust.self, MembersTransfer.self,
      MembersTier.self, MembersSetTier.self, MembersMerge.self, MembersUnmerge.self,
    ])
}

/// Help of an argument that names a member.
let memberHelp: ArgumentHelp = "Id, member code, phone or card. 会员编号、会员码、手机号或卡号"

struct MembersFind: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find", abstract: "Find by phone, card, code, or any of these and the exact name. 查找会员")

  @Option(help: "Phone number. 手机号") var phone: String?
  @Option(help: "Card number. 卡号") var card: String?
  @Option(help: "Member code. 会员码") var code: String?
  @Argument(help: "Any of these, or the exact name. 手机号、卡号、会员码或姓名") var text: String?
  @OptionGroup var options: HubOptions

  func validate() throws {
    guard [phone, card, code, text].count(where: { $0 != nil }) == 1 else {
      throw ValidationError("请给出其中一项 give one of --phone, --card, --code or a text")
    }
  }

  func run() throws {
    let answer = try options.connect().get(
      "members", [("phone", phone), ("card", card), ("code", code), ("q", text)])
    try options.show(answer) {
      var table = TextTable([
        ("会员码 Code", .leading), ("姓名 Name", .leading), ("手机 Phone", .leading), ("等级 Tier", .leading),
        ("积分 Points", .trailing), ("编号 Id", .leading),
      ])
      for member in answer["members"].elements {
        table.add([
          member.code.text, member.registers.name.text, maskedPhone(member.registers.phone.text),
          member.tier.text, member.points.text, member.memberId.text,
        ])
      }
      return lines(table)
    }
  }
}

struct MembersShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "All that headquarters knows of a member. 会员详情")

  @Argument(help: memberHelp) var id: String
  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    let member = try hub.member(id)
    let stores = options.json ? [:] : try hub.storeCodes()
    try options.show(member) { Self.describe(member, stores) }
  }

  private static func memberClass(_ standing: JSONValue) -> String {
    standing.isNull ? "" : "\(standing.name.words)（\(standing.since.text) 起 since）"
  }

  private static func describe(_ member: JSONValue, _ stores: [JSONValue: String]) -> [String] {
    let known = ["name", "phone", "card", "birthday"]
    let registers = member.registers.members
    let others = registers.filter { !known.contains($0.key) }.sorted { $0.key < $1.key }
    let facts = sheet(
      [
        ("会员码 Code", member.code.text), ("编号 Id", member.memberId.text),
        ("姓名 Name", member.registers.name.text), ("手机 Phone", maskedPhone(member.registers.phone.text)),
        ("卡号 Card", member.registers.card.text), ("生日 Birthday", member.registers.birthday.text),
        ("入会 Enrolled", "\(member.enrolledAt.text) \(stores[member.home] ?? "") \(member.channel.text)"),
        ("最近到店 Last store", stores[member.lastStore] ?? ""), ("等级 Tier", member.tier.text),
        ("分类 Class", memberClass(member.memberClass)),
        ("积分 Points", member.points.text),
        ("欠或待扣 Owed or to be taken", member.debt == 0 ? "" : member.debt.text),
        ("合并自 Merged in", member.mergedIn.elements.map(\.text).joined(separator: ", ")),
      ] + others.map { ($0.key, $0.value.text) })
    var table = TextTable([
      ("批次起 Lot from", .leading), ("到期 Expires", .leading), ("余 Points", .trailing),
    ])
    for lot in member.lots.elements {
      let expiry = lot.lot.expiresOn.lastDay
      table.add([lot.lot.availableFrom.text, expiry ?? "永久 never", lot.remainder.text])
    }
    return facts + (table.isEmpty ? [] : [""] + table.lines)
  }
}
