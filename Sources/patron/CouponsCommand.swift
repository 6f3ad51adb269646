import ArgumentParser
import Curl
import Foundation
import Terminal

struct CouponsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "coupons", abstract: "Coupon templates, and coupons issued from them. 优惠券",
    subcommands: [
      CouponsTemplates.self, CouponsAddTemplate.self, CouponsValidate.self, CouponsSchema.self,
      CouponsState.self, CouponsIssue.self, CouponsIssues.self, CouponsExport.self, CouponsShow.self,
      CouponsClaim.self, CouponsTransfer.self, CouponsVoid.self, CouponsRestore.self,
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
        ("模板 Template", .leading), ("状态 State", .leading), ("已发 Issued", .trailing),
        ("未领 Unclaimed", .trailing), ("已用 Redeemed", .trailing), ("过期 Expired", .trailing),
        ("作废 Voided", .trailing), ("剩余 Left", .trailing), ("条款 Terms", .leading),
      ])
      for template in answer.templates.elements {
        let counts = template.counts
        table.add([
          template.template.text, template.state.text, counts.issued.text, counts.unclaimed.text,
          counts.redeemed.text, counts.expired.text, counts.voided.text,
          counts.left.isNull ? "–" : counts.left.text, template["words"].words,
        ])
      }
      return lines(table)
    }
  }
}

struct CouponsState: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "state", abstract: "Change a template's state. 变更券模板状态",
    discussion: """
      draft 草稿 → approved 已审核 → active 发放中 ⇄ paused 暂停 → ended 结束. Only an active template issues; a \
      paused one's codes cannot be claimed either. 仅发放中的模板可发券；暂停时也不能凭码领取。
      """)

  @Argument(help: "The template. 券模板") var template: String
  @Argument(help: "approved, active, paused or ended. 新状态") var state: String
  @OptionGroup var options: HubOptions

  func run() throws {
    let answer = try options.connect().post(
      "coupon-templates/\(JSONValue.segment(template))/state", ["state": .string(state)])
    try options.show(answer) {
      sheet([("模板 Template", answer.template.text), ("状态 State", answer.state.text)])
    }
  }
}
