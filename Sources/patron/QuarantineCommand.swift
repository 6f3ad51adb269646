import ArgumentParser
import Curl
import Foundation
import Terminal

struct QuarantineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quarantine", abstract: "Entries that could not be applied: look, try again, discard. 隔离区",
    discussion: """
      An entry that cannot be applied waits here, and behind it the later ones of the same member at the \
      same store. Nothing is ever deleted. 无法入账的流水在此等候，同一会员在同一门店的后续流水排在其后；任何内容都不会被删除。
      """,
    subcommands: [
      QuarantineList.self, QuarantineShow.self, QuarantineRetry.self, QuarantineDiscard.self,
      QuarantineRestore.self, QuarantineExport.self,
    ], defaultSubcommand: QuarantineList.self)
}

struct QuarantineList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "What waits, newest first. 隔离区列表（最新在前）")

  @Option(help: "waiting, discarded, applied or all. 状态") var state: String?
  @OptionGroup var list: DeskListOptions
  @OptionGroup var options: HubOptions

  func run() throws {
    try DeskList(
      path: "quarantine", query: [("state", state)],
      columns: [
        ("号 No.", .trailing), ("时间 Time", .leading), ("门店 Store", .leading), ("流水号 Entry", .trailing),
        ("状态 State", .leading), ("内容 What", .leading), ("原因 Why", .leading), ("会员 Member", .leading),
      ]
    ) { row in
      [
        row.number.text, row.at.text, row.store.text, row.seq.text, row.state.text, row.what.words,
        row.why.words, row.memberId.text,
      ]
    }.run(list, options)
  }
}

struct QuarantineShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "What one was, why it was refused and what waits behind it. 隔离流水详情")

  @Argument(help: "Its number. 号") var number: Int64
  @Flag(help: "Also the entry as the store wrote it, with names and phones. 同时显示完整流水（含个人信息）")
  var full = false
  @OptionGroup var options: HubOptions

  func run() throws {
    let answer = try options.connect().get("quarantine/\(number)")
    try options.show(answer) { try Self.describe(answer, full: full) }
  }

  static func describe(_ answer: JSONValue, full: Bool) throws -> [String] {
    let (entry, member) = (answer.entry, answer.member)
    let facts = sheet([
      ("号 Number", entry.number.text), ("内容 What", entry.what.words), ("原因 Why", entry.why.words),
      ("会员 Member", member.isNull ? entry.memberId.text : "\(member.code.text) \(member.maskedName.text)"),
      ("门店 Store", "\(entry.store.text) #\(entry.seq.text)"), ("写于 Written", answer.writtenAt.text),
      ("隔离 Set aside", entry.at.text), ("状态 State", entry.state.text),
      ("处理 Decided", [entry.decidedAt.text, entry.actor.text].joined(separator: " ").trimmed),
      ("说明 Reason", entry.reason.text),
    ])
    var table = TextTable("号 No.", "流水号 Entry", "排在其后 Waits behind it")
    for row in answer.behind.elements { table.add([row.number.text, row.seq.text, row.what.words]) }
    let content = full ? ["", String(decoding: try answer.content.encoded(), as: UTF8.self)] : []
    return facts + (table.isEmpty ? [] : [""] + table.lines) + content
  }
}

struct QuarantineRetry: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry", abstract: "Apply it again, with those of its member that wait. 重试入账",
    discussion: """
      In the order of the store's journal; what works leaves quarantine, and the store hears of it. What \
      does not stays with its reason. 按门店流水顺序重试；成功者离开隔离区并告知门店，失败者留下并更新原因。
      """)

  @Argument(help: "Its number; all that wait without. 号，省略则重试全部") var number: Int64?
  @Option(help: "Of all, only this store's. 门店编号") var store: String?
  @Option(help: "Why now. 原因") var reason: String?
  @Flag(help: "Show what each would come to; change nothing. 只试算") var dryRun = false
  @OptionGroup var options: HubOptions

  func validate() throws {
    guard number == nil || store == nil else {
      throw ValidationError("号与 --store 只能给其一 give a number or --store, not both")
    }
  }

  func run() throws {
    let hub = try options.connect()
    let numbers = try number.map { [$0] } ?? waiting(hub)
    var (seen, entries, left): (Set<Int64>, [JSONValue], Int64) = ([], [], 0)
    // One takes along all of its member's: those are not tried once more.
    for next in numbers where !seen.contains(next) {
      let body: JSONValue = reason.map { ["reason": .string($0)] } ?? [:]
      let answer = try hub.post("quarantine/\(next)/retry" + (dryRun ? "/check" : ""), body)
      entries += answer.entries.elements
      seen.formUnion(answer.entries.elements.compactMap(\.number.integerValue))
      left += answer.left.integerValue ?? 0
    }
    let report: JSONValue = ["dryRun": .bool(dryRun), "entries": .array(entries), "left": .integer(left)]
    try options.show(report) { retried(report) }
  }

  /// What waits now, in the order in which it came.
  private func waiting(_ hub: HubClient) throws -> [Int64] {
    var (numbers, cursor): ([Int64], String?) = ([], nil)
    repeat {
      let page = try hub.get("quarantine", [("store", store), ("cursor", cursor)])
      numbers += page.rows.elements.compactMap(\.number.integerValue)
      cursor = page.nextCursor.stringValue
    } while cursor != nil
    return numbers.reversed()
  }
}

struct QuarantineDiscard: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "discard", abstract: "It counts for nothing; those behind it are tried again. 弃置",
    discussion: "It stays readable for ever and can be restored. 永久可查，可恢复。")

  @Argument(help: "Its number. 号") var number: Int64
  @Option(help: "Why. 原因") var reason: String
  @Flag(help: "Show what those behind it would come to; change nothing. 只试算") var dryRun = false
  @OptionGroup var options: HubOptions

  func validate() throws { try Reason.require(reason) }

  func run() throws {
    let path = "quarantine/\(number)/discard" + (dryRun ? "/check" : "")
    let answer = try options.connect().post(path, ["reason": .string(reason)])
    try options.show(answer) { retried(answer) }
  }
}

struct QuarantineRestore: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "A discarded one waits again. 恢复已弃置的流水",
    discussion: """
      Refused where a later entry of the same store has written what this one would write. \
      若同一门店后来的流水已改写同一项，则不可恢复。
      """)

  @Argument(help: "Its number. 号") var number: Int64
  @Option(help: "Why. 原因") var reason: String
  @OptionGroup var options: HubOptions

  func validate() throws { try Reason.require(reason) }

  func run() throws {
    let answer = try options.connect().post("quarantine/\(number)/restore", ["reason": .string(reason)])
    try options.show(answer) { try QuarantineShow.describe(answer, full: false) }
  }
}

struct QuarantineExport: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "All there is or was, a line of JSON each. 导出（每行一个 JSON）",
    discussion: "patron quarantine export > quarantine.ndjson\nIt has names and phones. 含个人信息。")

  @OptionGroup var options: HubOptions

  func run() throws {
    let text = try options.connect().patient.text("quarantine/export", [])
    FileHandle.standardOutput.write(Data(text.utf8))
  }
}

/// What became of each entry that was tried.
private func retried(_ answer: JSONValue) -> [String] {
  var table = TextTable("号 No.", "流水号 Entry", "状态 State", "结果 What came of it")
  for entry in answer.entries.elements {
    table.add([entry.number.text, entry.seq.text, entry.state.text, entry["text"].words])
  }
  let left = answer.left == 0 ? [] : ["", "仍在等候 still waiting: \(answer.left.text)"]
  return lines(table) + left + (answer.dryRun == true ? ["", "试算，未改动 nothing was changed"] : [])
}

extension String {
  /// Without spaces at either end.
  var trimmed: String { trimmingCharacters(in: .whitespaces) }
}
