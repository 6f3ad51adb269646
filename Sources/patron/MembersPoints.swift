import ArgumentParser
import Curl
import Terminal

struct MembersStatement: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "statement",
    abstract: "Every movement of a member's points with its reason, oldest first. 积分明细")

  @Argument(help: memberHelp) var id: String
  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    let answer = try hub.get("members/\(JSONValue.segment(hub.memberID(id)))/statement")
    try options.show(answer) {
      var table = TextTable([
        ("营业日 Day", .leading), ("变动 Change", .trailing), ("余额 Balance", .trailing), ("说明 Why", .leading),
      ])
      for line in answer.lines.elements {
        table.add([line.day.text, line.points.signed, line.balance.text, line["text"].words])
      }
      return lines(table) + ["", "可用积分 balance: \(answer.balance.text)"]
    }
  }
}

struct MembersAdjust: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adjust", abstract: "Add or take points by hand, with a reason. 人工调整积分",
    discussion: """
      --points 300 adds and --points -300 takes; your user and the reason stand in the member's statement. \
      Points that a store holds cannot be taken. With --key the command may safely be sent again. \
      正数增加，负数扣减；经办人与原因记入积分明细；门店持有的积分不能扣减；带 --key 可安全重发。
      """)

  @Argument(help: memberHelp) var id: String
  @Option(parsing: .unconditional, help: "So many, up or down. 积分数，可为负") var points: Int64
  @Option(help: "Why; the member can read it. 原因") var reason: String
  @Flag(help: "Show what would be; change nothing. 只试算，不入账") var dryRun = false
  @Option(help: "What makes this adjustment itself when it is repeated. 幂等键") var key: String?
  @OptionGroup var options: HubOptions

  func validate() throws { try Balances.require(points != 0, reason) }

  func run() throws {
    let hub = try options.connect()
    let member = try hub.member(id)
    if dryRun {
      let plan = try Balances([(member, points)])
      return try options.show(plan.json) { plan.lines }
    }
    let path = "members/\(JSONValue.segment(member.memberId.text))/adjustments"
    let body: JSONValue = ["points": .integer(points), "reason": .string(reason)]
    let answer = try hub.postOnce(path, body, key: key)
    try options.show(answer) {
      sheet([
        ("会员 Member", member.memberWords), ("调整 Adjusted", answer.points.signed),
        ("可用积分 Balance", answer.balance.text), ("原因 Reason", answer.reason.text),
        ("经办人 Actor", answer.actor.text), ("编号 Id", answer.decisionId.text),
      ])
    }
  }
}

struct MembersTransfer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transfer", abstract: "Points from one member to another, with a reason. 积分转赠",
    discussion: """
      The points expire when they would have. All of them move or none; points that a store holds do not. \
      With --key the command may safely be sent again. 有效期不变；全部转出或全不转；门店持有的积分不能转；带 --key 可安全重发。
      """)

  @Argument(help: "Who gives: id, member code, phone or card. 转出会员") var from: String
  @Argument(help: "Who gets: id, member code, phone or card. 转入会员") var to: String
  @Option(parsing: .unconditional, help: "So many. 积分数") var points: Int64
  @Option(help: "Why; both members can read it. 原因") var reason: String
  @Flag(help: "Show both balances as they are and as they would be; move nothing. 只试算，不入账") var dryRun = false
  @Option(help: "What makes this transfer itself when it is repeated. 幂等键") var key: String?
  @OptionGroup var options: HubOptions

  func validate() throws { try Balances.require(points > 0, reason) }

  func run() throws {
    let hub = try options.connect()
    let (giver, taker) = (try hub.member(from), try hub.member(to))
    if giver.memberId == taker.memberId {
      throw Failure.refused(code: "same_member", detail: "是同一位会员 both are one member", field: "to")
    }
    if dryRun {
      let plan = try Balances([(giver, -points), (taker, points)])
      return try options.show(plan.json) { plan.lines }
    }
    let body: JSONValue = [
      "from": giver.memberId, "to": taker.memberId, "points": .integer(points), "reason": .string(reason),
    ]
    let answer = try hub.postOnce("transfers", body, key: key)
    try options.show(answer) {
      sheet([
        ("转出 From", giver.memberWords), ("转入 To", taker.memberWords), ("积分 Points", answer.points.text),
        ("转出方余额 Giver's balance", answer.balance.text), ("原因 Reason", answer.reason.text),
        ("经办人 Actor", answer.actor.text), ("编号 Id", answer.decisionId.text),
      ])
    }
  }
}

/// Balances as they are, and as they would be.
struct Balances {
  private struct Change {
    let member: JSONValue
    let points: Int64
    let before: Int64
    let after: Int64
  }

  private let changes: [Change]

  /// Refused where somebody would have less than nothing.
  init(_ wanted: [(member: JSONValue, points: Int64)]) throws {
    changes = try wanted.map { member, points in
      let before = member.points.integerValue ?? 0
      let (after, isTooLarge) = before.addingReportingOverflow(points)
      if isTooLarge || (points < 0 && after < 0) {
        throw Failure.refused(
          code: "insufficient_points", detail: "余额 \(before) 不足 the balance is \(before)", field: "points")
      }
      return Change(member: member, points: points, before: before, after: after)
    }
  }

  var json: JSONValue {
    [
      "dryRun": true,
      "balances": .array(
        changes.map {
          [
            "memberId": $0.member.memberId, "points": .integer($0.points), "before": .integer($0.before),
            "after": .integer($0.after),
          ]
        }),
    ]
  }

  var lines: [String] {
    var table = TextTable([
      ("会员 Member", .leading), ("现有 Before", .trailing), ("变动 Change", .trailing), ("之后 After", .trailing),
    ])
    for change in changes {
      table.add([
        change.member.memberWords, "\(change.before)", JSONValue.integer(change.points).signed,
        "\(change.after)",
      ])
    }
    let held = "试算，未入账；门店持有的部分要到入账时才知道 nothing was changed; what stores hold shows only then"
    return table.lines + ["", changes.contains { $0.points < 0 } ? held : "试算，未入账 nothing was changed"]
  }

  /// What the hub would refuse, said before it is asked.
  static func require(_ isAmount: Bool, _ reason: String) throws {
    guard isAmount else {
      throw ValidationError("--points 应为非零整数，转赠须为正 --points is not 0, and above 0 for a transfer")
    }
    guard !reason.allSatisfy(\.isWhitespace) else {
      throw ValidationError("--reason 不能为空 --reason says why")
    }
  }
}
