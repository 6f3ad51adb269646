import ArgumentParser
import Curl
import Terminal

struct CouponsShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "One coupon: whether it can be used, why not, and its history. 查询一张券")

  @Argument(help: "The code. 券码") var code: String
  @OptionGroup var options: HubOptions

  func run() throws {
    let coupon = try options.connect().get("coupons/" + JSONValue.segment(code))
    try options.show(coupon) { Self.describe(coupon) }
  }

  static func describe(_ coupon: JSONValue) -> [String] {
    let facts = sheet([
      ("券码 Code", coupon.code.text), ("状态 State", coupon.state.text), ("可用性 Why", coupon.why.words),
      ("名称 Name", coupon.terms.name.words), ("条款 Terms", coupon["words"].words),
      ("模板 Template", coupon.template.text),
      ("会员 Member", coupon.memberId.text), ("保管门店 Held by", coupon.heldBy.text),
      ("限定门店 Bound to", coupon.boundTo.text), ("批次 Issue", coupon.issueId.text),
      ("销售 Sale", coupon.saleId.text), ("编号 Id", coupon.couponId.text),
    ])
    var table = TextTable("时间 Time", "经过 What happened", "会员 Member", "销售 Sale")
    for event in coupon.history.elements {
      table.add([event.at.text, event["words"].words, event.memberId.text, event.saleId.text])
    }
    return facts + [""] + lines(table)
  }
}

struct CouponsClaim: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "claim", abstract: "Give a member the coupon of a code they brought. 凭码领券")

  @Argument(help: "The code. 领取码") var code: String
  @Option(help: "The member's id. 会员编号") var member: String
  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    let coupon = try hub.post(
      "members/\(JSONValue.segment(member))/coupon-claims", ["code": .string(code)])
    try options.show(coupon) {
      sheet([("券码 Code", coupon.code.text), ("会员 Member", coupon.memberId.text)])
    }
  }
}

struct CouponsTransfer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transfer", abstract: "Hand a coupon on to another member, who gets a new code. 转赠",
    discussion: "Only of a transferable template, and not while a store holds it. 仅限可转赠且不由门店保管的券。")

  @Argument(help: "The code. 券码") var code: String
  @Option(help: "The member who gets it. 受赠会员编号") var to: String
  @Option(help: "Why. 原因") var reason: String
  @OptionGroup var options: HubOptions

  func run() throws {
    let coupon = try options.connect().post(
      "coupons/\(JSONValue.segment(code))/transfer", ["toMemberId": .string(to), "reason": .string(reason)])
    try options.show(coupon) {
      sheet([("新券码 New code", coupon.code.text), ("会员 Member", coupon.memberId.text)])
    }
  }
}

struct CouponsVoid: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "void", abstract: "Void one coupon, or all unused of a template or an issue. 作废",
    discussion: """
      A store that holds one hears of it at its next sync; what it redeems before that is kept for somebody \
      to see (patron exceptions). 门店下次同步后生效；此前的核销记入异常。
      """)

  @Argument(help: "The code of one coupon. 券码") var code: String?
  @Option(help: "All unused coupons of this template. 该模板全部未用券") var template: String?
  @Option(help: "All unused coupons of this issue. 该批次全部未用券") var issue: String?
  @Option(help: "Why. 原因") var reason: String
  @Flag(help: "Count only, void nothing. 只统计，不作废") var dryRun = false
  @OptionGroup var options: HubOptions

  func validate() throws {
    guard [code, template, issue].count(where: { $0 != nil }) == 1 else {
      throw ValidationError("请给出其中一项 give a code, --template or --issue")
    }
    if code != nil, dryRun { throw ValidationError("--dry-run 用于 goes with --template or --issue") }
  }

  func run() throws {
    let hub = try options.connect()
    if let code {
      let coupon = try hub.post("coupons/\(JSONValue.segment(code))/void", ["reason": .string(reason)])
      return try options.show(coupon) { CouponsShow.describe(coupon) }
    }
    var body: [String: JSONValue] = ["reason": .string(reason)]
    if let template { body["template"] = .string(template) }
    if let issue { body["issueId"] = .string(issue) }
    let counts = try hub.patient.post(dryRun ? "coupon-voids/check" : "coupon-voids", .object(body))
    try options.show(counts) {
      let done = dryRun ? "将作废 Would void" : "已作废 Voided"
      return sheet([
        ("\(done)：券 coupons", counts.coupons.text), ("领取码 codes", counts.codes.text),
        ("其中门店保管 held by stores", counts.heldByStores.text),
      ])
    }
  }
}

struct CouponsRestore: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore", abstract: "Undo a void, unless a store held the coupon. 撤销作废")

  @Argument(help: "The code. 券码") var code: String
  @Option(help: "Why. 原因") var reason: String
  @OptionGroup var options: HubOptions

  func run() throws {
    let coupon = try options.connect().post(
      "coupons/\(JSONValue.segment(code))/restore", ["reason": .string(reason)])
    try options.show(coupon) { CouponsShow.describe(coupon) }
  }
}
