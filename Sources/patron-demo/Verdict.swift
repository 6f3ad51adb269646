import Terminal

/// Whether everybody agrees with everybody and with the receipts; if not, where.
struct Verdict {
  let picture: Picture
  let differences: [String]

  init(picture: Picture, tally: Tally) {
    self.picture = picture
    var found: [String] = []
    func expect<Value: Equatable>(_ what: String, _ seen: Value?, _ right: Value) {
      if seen != right { found.append("\(what): \(seen.map { "\($0)" } ?? "–") ≠ \(right)") }
    }
    if !picture.isInStep { found.append("各店未能与总部对齐 stores and headquarters did not come into step") }
    for side in [picture.hub] + picture.stores {
      expect("\(side.name) 会员 members", side.persons, Int64(Person.all.count))
      for person in Person.all {
        let name = "\(side.name) \(person.zh) \(person.en)"
        expect("\(name) 积分 points", side.points[person], tally.accounts[person]?.points ?? 0)
        expect("\(name) 等级 tier", side.tiers[person], picture.hub.tiers[person] ?? "")
      }
      expect("\(side.name) 已核销券 coupons redeemed", side.couponsRedeemed, tally.couponsRedeemed)
      expect("\(side.name) 未用券 coupons open", side.couponsOpen, tally.couponsIssued - tally.couponsRedeemed)
      expect("\(side.name) 未上传 unsent", side.unsent, 0)
      expect("\(side.name) 摘要相等 digests equal", side.digestsEqual, true)
      if let shop = side.shop {
        expect("\(side.name) 销售 sales", side.sales, tally.salesByShop[shop] ?? 0)
      }
    }
    expect("总部 Headquarters 销售 sales", picture.hub.sales, tally.sales)
    expect("总部 Headquarters 销售额 net", picture.netMinor, tally.netMinor)
    expect("合并的重复入会 merged enrolments", picture.mergedRecords, 1)
    differences = found
  }

  func print(_ narrator: Narrator, _ hub: Stage.Hub, _ shops: [Stage.Shop]) {
    narrator.chapter(5, "打烊对账", "Closing: everybody's books side by side")
    for line in table.lines { narrator.line("  " + line) }
    narrator.line()
    if differences.isEmpty {
      narrator.line(
        narrator.style("  ✓ 总部、三家门店与全部小票完全一致 · ", .green, .bold)
          + narrator.style("Headquarters, three stores and every receipt agree", .green, .bold))
    } else {
      narrator.line(narrator.style("  ✗ 有 \(differences.count) 处不一致 · differences:", .red, .bold))
      for difference in differences { narrator.line("    \(difference)") }
    }
    narrator.line("\n  总部 Headquarters  \(hub.url)  \(hub.tokenFile)")
    for shop in shops { narrator.line("  \(shop.name.both)  \(shop.url)  \(shop.tokenFile)") }
  }

  private var table: TextTable {
    var table = TextTable([
      ("", .leading), ("会员 Members", .trailing), ("销售 Sales", .trailing), ("积分 Points", .trailing),
      ("券 Coupons open/used", .trailing), ("未上传 Unsent", .trailing), ("摘要 Digests", .trailing),
    ])
    for side in [picture.hub] + picture.stores {
      table.add([
        side.name, "\(side.persons)", "\(side.sales)", "\(side.allPoints)",
        "\(side.couponsOpen)/\(side.couponsRedeemed)", side.shop == nil ? "–" : "\(side.unsent)",
        side.shop == nil ? "–" : side.digestsEqual ? "✓" : "✗",
      ])
    }
    return table
  }
}
