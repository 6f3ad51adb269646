import ArgumentParser
import Curl
import Foundation
import Terminal

struct CouponsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coupons", abstract: "Coupon templates, and coupons issued from them. 优惠券",
    subcommands: [
      CouponsTemplates.self, CouponsAddTemplate.self, CouponsIssue.self, CouponsValidate.self,
      CouponsSchema.self,
    ])
}

struct CouponsTemplates: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "templates", abstract: "All templates. 券模板列表")

  @OptionGroup var options: HubOptions

  func run() throws {
    let answer = try options.connect().get("coupon-templates")
    try options.show(answer) {
      var table = TextTable([
        ("模板 Template", .leading), ("类型 Kind", .leading), ("面值 Value", .trailing),
        ("满 From", .trailing), ("名称 Name", .leading), ("到期 Expires", .leading),
      ])
      for template in answer.templates.elements {
        let terms = template.terms
        let isRate = terms.kind == "percentOff"
        table.add([
          template.template.text, terms.kind.text, isRate ? "\(terms.value.text)‰" : terms.value.money,
          terms.minimumSpend.money, terms.name.words, terms.expiresAt.text,
        ])
      }
      return lines(table)
    }
  }
}

struct CouponsIssue: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "issue", abstract: "Issue one coupon to each member. 发券",
    discussion: """
      With --key the command may safely be sent again: the same key finds the same coupons instead of \
      issuing new ones. 带 --key 可安全重发，不会重复发券。
      """)

  @Argument(help: "The template. 券模板") var template: String
  @Option(parsing: .upToNextOption, help: "Ids of members. 会员编号") var member: [String]
  @Option(help: "Binds the coupons to one store. 限定门店") var store: String?
  @Option(help: "What makes this issue itself when it is repeated. 幂等键") var key: String?
  @OptionGroup var options: HubOptions

  func run() throws {
    var body: [String: JSONValue] = [
      "template": .string(template), "memberIds": .array(member.map { .string($0) }),
    ]
    if let store { body["store"] = .string(store) }
    let answer = try options.connect().post("coupons", .object(body), key: key ?? UUID().uuidString)
    try options.show(answer) {
      var table = TextTable("券码 Code", "会员 Member", "编号 Id")
      for coupon in answer.coupons.elements {
        table.add([coupon.code.text, coupon.memberId.text, coupon.couponId.text])
      }
      return lines(table)
    }
  }
}
