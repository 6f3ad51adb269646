import ArgumentParser
import Curl
import Foundation
import Terminal

struct SegmentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "segments", abstract: "Groups of members that rules may ask for. 人群",
    discussion: """
      A rule with “segments” in its condition is for members of these groups. Stores know with the next \
      page. 规则的适用条件可指定人群；门店下次同步即生效。
      """,
    subcommands: [SegmentsList.self, SegmentsShow.self, SegmentsAdd.self, SegmentsRemove.self])
}

struct SegmentsList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "All segments, with how many are in each. 人群列表")

  @OptionGroup var options: HubOptions

  func run() throws {
    let answer = try options.connect().get("segments")
    try options.show(answer) {
      var table = TextTable([("人群 Segment", .leading), ("人数 Members", .trailing)])
      for segment in answer.segments.elements { table.add([segment.segment.text, segment["members"].text]) }
      return lines(table)
    }
  }
}

struct SegmentsShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "The members of a segment, an id in each line. 人群成员",
    discussion: "patron segments show vip > vip.txt")

  @Argument(help: "The segment. 人群") var segment: String
  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    try Members.forEach(in: "segments/\(JSONValue.segment(segment))", hub) { ids in
      print(ids.map(\.text).joined(separator: "\n"))
    }
  }
}

struct SegmentsAdd: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Put members in a segment. 加入人群")

  @Argument(help: "The segment. 人群") var segment: String
  @OptionGroup var members: Members
  @OptionGroup var options: HubOptions

  func validate() throws { try members.require() }

  func run() throws { try members.change(segment, "add", options) }
}

struct SegmentsRemove: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Take members out of a segment. 移出人群")

  @Argument(help: "The segment. 人群") var segment: String
  @Flag(help: "Everybody who is in it. 全部移出") var all = false
  @OptionGroup var members: Members
  @OptionGroup var options: HubOptions

  func validate() throws { if !all { try members.require() } }

  func run() throws {
    guard all else { return try members.change(segment, "remove", options) }
    var everybody: [JSONValue] = []
    let path = "segments/\(JSONValue.segment(segment))"
    try Members.forEach(in: path, options.connect()) { everybody += $0 }
    try members.change(segment, "remove", options, everybody)
  }
}

/// Who is meant, and whether it is only a try.
struct Members: ParsableArguments {
  @Option(parsing: .upToNextOption, help: "Ids, codes, phones or cards. 会员编号、会员码、手机号或卡号")
  var member: [String] = []
  @Option(help: "A file with an id in each line. 会员名单文件") var file: String?
  @Flag(help: "Count only, change nothing. 只统计，不改动") var dryRun = false

  func require() throws {
    if member.isEmpty, file == nil { throw ValidationError("请给出 give --member or --file") }
  }

  /// Members of one request.
  private static let batch = 1_000

  /// `path` is that of a segment, or of a class.
  static func forEach(in path: String, _ hub: HubClient, _ body: ([JSONValue]) throws -> Void) throws {
    var after: String?
    repeat {
      let page = try hub.get("\(path)/members", [("after", after)])
      let ids = page.memberIds.elements
      if !ids.isEmpty { try body(ids) }
      after = page.next.stringValue
    } while after != nil
  }

  func change(_ segment: String, _ verb: String, _ options: HubOptions, _ all: [JSONValue]? = nil) throws {
    let hub = try options.connect()
    let ids =
      try all
      ?? (member.map { .string(try hub.memberID($0)) }
        + (file.map { try MemberFile.ids(in: $0) } ?? []))
    var sums: [String: Int64] = [:]
    var (unknown, full): ([JSONValue], [JSONValue]) = ([], [])
    let path = "segments/\(JSONValue.segment(segment))/" + (dryRun ? "check" : "members")
    let bar = ProgressBar()
    for start in stride(from: 0, to: ids.count, by: Self.batch) {
      let end = min(start + Self.batch, ids.count)
      let answer = try hub.post(path, [verb: .array(Array(ids[start..<end]))])
      for name in ["added", "removed", "unchanged"] {
        sums[name, default: 0] += answer[name].integerValue ?? 0
      }
      unknown += answer.unknown.elements
      full += answer.full.elements
      bar.show(Int64(end), of: Int64(ids.count))
    }
    bar.end()
    var answer: [String: JSONValue] = ["unknown": .array(unknown), "full": .array(full)]
    for (name, sum) in sums { answer[name] = .integer(sum) }
    try options.show(.object(answer)) {
      sheet([
        ("加入 Added", answer["added"]?.text ?? "0"), ("移出 Removed", answer["removed"]?.text ?? "0"),
        ("不变 As before", answer["unchanged"]?.text ?? "0"),
        ("查无此人 Unknown", unknown.map(\.text).joined(separator: ", ")),
        ("人群已满 In too many", full.map(\.text).joined(separator: ", ")),
      ])
    }
    if !(unknown + full).isEmpty {
      throw Failure.refused(
        code: "members_passed_over", detail: "有会员未处理 some members were passed over", field: nil)
    }
  }
}
