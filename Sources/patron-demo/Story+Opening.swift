import Curl
import Terminal

/// Before the first customer.
extension Story {
  mutating func openShops() throws {
    narrator.chapter(1, "开张", "Opening")
    narrator.say(
      "总部启动：\(hub.url)，数据在它自己的文件夹里，不需要别的数据库。",
      "Headquarters is up at \(hub.url); its data is a folder, no other database is needed.")
    let tokens = try ShopName.all.map { ($0, try headquarters.addStore($0)) }
    shops = try stage.openShops(tokens, of: hub)
    tills = try shops.map { try Till($0) }
    try everywhere("门店连上总部 stores reach headquarters") { $0.hubReachable.boolValue == true }
    for shop in shops {
      narrator.say(
        "\(shop.name.zh)（\(shop.name.code)）开门，收银机连到 \(shop.url)。",
        "\(shop.name.en) (\(shop.name.code)) opens; its tills talk to \(shop.url).")
    }
  }

  mutating func publishRules() throws {
    let version = try headquarters.publish(documents.rulebook)
    try everywhere("门店收到规则 stores have the rulebook") { $0.rulebook.integerValue == version }
    narrator.say(
      "总部发布会员规则第 \(version) 版，三家店都已收到：消费 1 元积 1 分，生鲜双倍；100 积分抵 1 元；满 500 元升银卡享 95 折。",
      """
      Headquarters publishes rulebook \(version) and all three stores have it: 1 point for each yuan, double \
      on fresh food; 100 points pay 1 yuan; from 500 yuan Silver members pay 95 %.
      """)
  }

  mutating func morning() throws {
    narrator.chapter(2, "上午，线路正常", "Morning, all lines up")
    _ = try lakeside.enrol(.wang)
    let started = ContinuousClock.now
    let campus = campus
    try waiting.until("\(ShopName.campus.both)") {
      try campus.member(.wang) == nil ? .pending("还不认识王小梅 does not know her yet") : .done(())
    }
    let elapsed = (ContinuousClock.now - started) / .milliseconds(1)
    narrator.say(
      "王小梅在湖滨店入会，\(Int(elapsed)) 毫秒后大学城店也认识她。",
      "Wang Xiaomei joins at Lakeside; \(Int(elapsed)) ms later Campus knows her too.")
    _ = try station.enrol(.li)
    narrator.say("李强在北站店入会。", "Li Qiang joins at North Station.")
    let milk = try sell(at: campus, to: nil, [Goods.milk.line()])
    narrator.say(
      "大学城店一位路过的客人买牛奶 ¥\(milk.toPay.number.asMoney)，不是会员也照卖。",
      "At Campus a passer-by buys milk for ¥\(milk.toPay.number.asMoney); nobody has to be a member.")
    try firstPurchases()
  }

  private mutating func firstPurchases() throws {
    let first = try sell(
      at: lakeside, to: .wang, [Goods.cooker.line(), Goods.nuts.line(), Goods.milk.line(2)])
    let tier = try member(.wang, at: lakeside).tierName
    narrator.say(
      "王小梅买 ¥\(first.toPay.number.asMoney)，得 \(first.points.earned.number) 积分，升为\(tier.zh.text)。",
      """
      Wang Xiaomei spends ¥\(first.toPay.number.asMoney), earns \(first.points.earned.number) points and \
      becomes a \(tier.en.text) member.
      """)
    let second = try sell(at: lakeside, to: .wang, [Goods.kettle.line()])
    let saved = second.gross.number - second.net.number
    narrator.say(
      "她又拿了一个电热水壶，银卡价便宜 ¥\(saved.asMoney)。",
      "She adds a kettle and pays ¥\(saved.asMoney) less as a Silver member.")
    let sale = try sell(
      at: station, to: .li,
      [Goods.oil.line(2), Goods.kettle.line(), Goods.rice.line()])
    saleOfLi = sale.saleId.text
    narrator.say(
      "李强在北站店买 ¥\(sale.toPay.number.asMoney)，得 \(sale.points.earned.number) 积分。",
      """
      Li Qiang spends ¥\(sale.toPay.number.asMoney) at North Station and earns \
      \(sale.points.earned.number) points.
      """)
  }

  /// Waits until every store's status says so.
  private func everywhere(_ what: String, _ holds: (JSONValue) -> Bool) throws {
    try waiting.until(what) {
      let missing = try tills.filter { holds(try $0.status()) == false }
      return missing.isEmpty ? .done(()) : .pending(missing.map(\.shop.both).joined(separator: ", "))
    }
  }
}
