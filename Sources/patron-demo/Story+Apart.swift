import Chain
import Curl
import Terminal

/// Two shops without a line, one with.
extension Story {
  mutating func cutLines() throws {
    narrator.chapter(3, "北站店和大学城店断网", "The lines of North Station and Campus are cut")
    let cut = [ShopName.station, .campus]
    for shop in shops where cut.contains(shop.name) { shop.line.cut() }
    try waiting.until("门店发现断网 stores notice") {
      let unaware = try tills.filter { cut.contains($0.shop) }.filter {
        try $0.status().hubReachable.boolValue != false
      }
      return unaware.isEmpty ? .done(()) : .pending(unaware.map(\.shop.both).joined(separator: ", "))
    }
    narrator.say(
      "施工挖断了光缆。两家店看到「总部不可达」，照常营业。",
      "A digger cuts the cable. Both stores see that headquarters is out of reach and go on selling.")
  }

  mutating func twoEnrolments() throws {
    let first = try station.enrol(.chen)
    let one = try sell(at: station, to: .chen, [Goods.rice.line(), Goods.milk.line()])
    narrator.say(
      "陈静在北站店入会，买 ¥\(one.toPay.number.asMoney)，得 \(one.points.earned.number) 积分。",
      """
      Chen Jing joins at North Station, spends ¥\(one.toPay.number.asMoney) and earns \
      \(one.points.earned.number) points.
      """)
    let second = try campus.enrol(.chen)
    let other = try sell(at: campus, to: .chen, [Goods.oil.line(), Goods.nuts.line()])
    codesOfChen = [first.code.text, second.code.text]
    guard first.memberId != second.memberId else {
      throw DemoFault.unexpected("the cut stores share a member")
    }
    narrator.say(
      "一小时后她在大学城店，这家店不可能知道她刚入会，"
        + "又用同一手机号办了一张卡，买 ¥\(other.toPay.number.asMoney)，得 \(other.points.earned.number) 积分。",
      """
      An hour later she is at Campus, which cannot know that, and joins again with the same phone. She \
      spends ¥\(other.toPay.number.asMoney) there and earns \(other.points.earned.number) points.
      """)
    let again = try sell(at: station, to: .chen, [Goods.nuts.line()], points: 0)
    narrator.say(
      "北站店只看到自己的部分：她在这里余 \(again.points.balance.number) 积分。",
      "North Station sees its own part of it: \(again.points.balance.number) points there.")
  }

  mutating func spendingApart() throws {
    let before = try member(.wang, at: campus)
    let (all, held) = (before.points.number, before.pointsHeldHere.number)
    // Points go in steps of a hundred: more than the store holds, yet no more than she has.
    let tooMany = (held / 100 + 1) * 100
    guard held >= 100, tooMany <= all else {
      throw DemoFault.unexpected("Campus holds \(held) of \(all) points")
    }
    try campus.sellRefused("points_held_elsewhere", to: .wang, [Goods.kettle.line()], points: tooMany)
    narrator.refused(
      "王小梅在大学城店想用 \(tooMany) 积分。她共有 \(all)，但断网时本店只保管其中 \(held)，其余由别的店保管，可能此刻正在那里花掉。拒绝，只能用到 \(held)。",
      """
      At Campus Wang Xiaomei wants \(tooMany) points to pay. She has \(all), but with the line down this \
      store holds \(held) of them; others hold the rest and may be spending it right now. \
      Refused beyond \(held).
      """)
    let mine = try sell(at: campus, to: .wang, [Goods.kettle.line()], points: held / 100 * 100)
    let hers = try sell(at: lakeside, to: .wang, [Goods.rice.line()], points: 100)
    narrator.say(
      "她在大学城店用了 \(mine.points.spent.number)；同时家人在湖滨店用她的号码花掉 \(hers.points.spent.number)。各花各的份额，谁也不会花超。",
      """
      She pays with \(mine.points.spent.number) at Campus, while her family pays with \
      \(hers.points.spent.number) at Lakeside. Each store spends its own share, so nobody overspends.
      """)
    try couponApart()
  }

  private mutating func couponApart() throws {
    try campus.sellRefused("coupon_held_elsewhere", to: .li, [Goods.kettle.line()], coupons: [coupon])
    narrator.refused(
      "有人拿李强的券到大学城店：拒绝，这张券由北站店保管。",
      "Somebody shows Li Qiang's coupon at Campus: refused, North Station keeps it.")
    let sale = try sell(at: station, to: .li, [Goods.nuts.line()], coupons: [coupon], points: 200)
    narrator.say(
      "李强自己在北站店，断网中用掉这张券，再用 200 积分，付 ¥\(sale.toPay.number.asMoney)。",
      """
      Li Qiang himself uses it at North Station with the line down, and 200 points as well; he pays \
      ¥\(sale.toPay.number.asMoney).
      """)
  }

  mutating func returning() throws {
    let back = try station.takeBack(1, quantity: 1, of: saleOfLi)
    try tally.add(return: back, of: .li)
    let clawed = back.pointsClawedBack.number + back.pointsDebt.number
    guard clawed > 0 else { throw DemoFault.unexpected("a return without claw-back") }
    narrator.say(
      "李强退回上午买的电热水壶：退款 ¥\(back.refund.number.asMoney)，扣回当时得的 \(clawed) 积分。",
      """
      Li Qiang brings this morning's kettle back: ¥\(back.refund.number.asMoney) refunded and the \(clawed) \
      points it had earned taken back.
      """)
    guard try headquarters.members(phone: Person.chen.phone).isEmpty else {
      throw DemoFault.unexpected("headquarters knows what nobody could tell it")
    }
    let unsent = try [station, campus].map { try $0.status().unsentEntries.number }
    guard unsent.allSatisfy({ $0 > 0 }) else { throw DemoFault.unexpected("unsent entries \(unsent)") }
    narrator.say(
      "总部还从未听说过陈静。北站店有 \(unsent[0]) 条、大学城店有 \(unsent[1]) 条流水等着上传，都已写进本店磁盘。",
      """
      Headquarters has never heard of Chen Jing. North Station keeps \(unsent[0]) entries to send and Campus \
      \(unsent[1]), all of them safe on their own disks.
      """)
  }
}
