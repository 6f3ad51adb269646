import ArgumentParser
import Curl
import RulebookFiles
import Terminal

struct CouponsAddTemplate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add-template", abstract: "Add a template, from options or from a file of its terms. 新增券模板",
    discussion: """
      Kinds 类型: amountOff 满减券 and voucher 代金券 (--value in minor units 分), percentOff 折扣券 (--value is the \
      pay rate in thousandths, 900 = 九折), fixedPrice 固定价券 (--value in minor units), exchange 兑换券 and gift \
      赠品券 (no --value; a gift names --gift-sku, whose stock is set first: patron allowances set \
      gift/SKU 先设库存).
      """)

  @Argument(help: "The template's name. 模板名") var name: String
  @Option(help: "amountOff, percentOff, voucher, fixedPrice, exchange or gift. 类型") var kind: String?
  @Option(help: "Minor units, or the pay rate in thousandths. 面值（分）或折扣（‰）") var value: Int64?
  @Option(help: "Covered goods must come to this, minor units. 满额（分）") var minimumSpend: Int64?
  @Option(help: "The most it takes off, minor units. 封顶（分）") var cap: Int64?
  @Option(parsing: .upToNextOption, help: "Categories covered; all without. 适用品类") var category: [String] = []
  @Option(parsing: .upToNextOption, help: "Goods covered; all without. 适用商品") var sku: [String] = []
  @Option(help: "What a gift hands out, one piece. 赠品编号") var giftSku: String?
  @Option(help: "RFC 3339 time. 生效时间") var validFrom: String?
  @Option(help: "RFC 3339 time. 到期时间") var expiresAt: String?
  @Option(help: "What the customer reads, Chinese. 中文名称") var zh: String?
  @Option(help: "What the customer reads, English. 英文名称") var en: String?
  @Option(help: "YAML or JSON file with the terms, instead of all of these. 条款文件") var file: String?
  @Option(help: "The most that are issued in all. 总量") var stock: Int64?
  @Option(help: "The most that one member is issued. 每人限领") var perMember: Int64?
  @Option(help: "Valid for the day of issue and so many days after it. 领取后有效天数") var validDays: Int64?
  @Flag(help: "A member may hand it on; it waits at headquarters until a till asks. 可转赠") var transferable =
    false
  @Option(help: "draft, approved, active or paused (active). 状态") var state: String?
  @OptionGroup var options: HubOptions

  func validate() throws {
    let isInOptions =
      kind != nil || value != nil || minimumSpend != nil || cap != nil || !category.isEmpty || !sku.isEmpty
      || giftSku != nil || validFrom != nil || expiresAt != nil || zh != nil || en != nil
    if file != nil, isInOptions {
      throw ValidationError("--file 与其他条款选项只能二选一 give either --file or the terms as options")
    }
    if file == nil, kind == nil { throw ValidationError("缺少 missing --kind, or --file") }
  }

  func run() throws {
    let terms = try file.map { try WrittenDocument(file: $0).value } ?? .object(terms)
    var body: [String: JSONValue] = ["template": .string(name), "terms": terms]
    for (field, number) in [("stock", stock), ("perMember", perMember), ("validDays", validDays)] {
      if let number { body[field] = .integer(number) }
    }
    if transferable { body["transferable"] = .bool(true) }
    if let state { body["state"] = .string(state) }
    let answer = try options.connect().post("coupon-templates", .object(body))
    try options.show(answer) {
      sheet([
        ("模板 Template", answer.template.text), ("名称 Name", answer.terms.name.words),
        ("条款 Terms", answer["words"].words), ("状态 State", answer.state.text),
        ("注意 Notice", answer.notice.isNull ? "" : answer.notice.words),
      ])
    }
  }

  private var terms: [String: JSONValue] {
    var terms: [String: JSONValue] = [
      "kind": .string(kind ?? ""), "value": .integer(value ?? 0), "minimumSpend": .integer(minimumSpend ?? 0),
      "name": ["zh": .string(zh ?? en ?? name), "en": .string(en ?? zh ?? name)],
    ]
    if let cap { terms["cap"] = .integer(cap) }
    if !category.isEmpty { terms["categories"] = .array(category.map { .string($0) }) }
    if !sku.isEmpty { terms["skus"] = .array(sku.map { .string($0) }) }
    if let giftSku { terms["giftSku"] = .string(giftSku) }
    if let validFrom { terms["validFrom"] = .string(validFrom) }
    if let expiresAt { terms["expiresAt"] = .string(expiresAt) }
    return terms
  }
}
