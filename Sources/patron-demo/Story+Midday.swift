import Curl
import Terminal

/// Coupons and points while the lines are up.
extension Story {
  mutating func coupons() throws {
    try waitUntilInStep()
    let members = try [Person.wang, .li].map { try member($0, at: lakeside).memberId.text }
    try headquarters.addTemplate("demo-100-20", documents.coupon)
    let codes = try headquarters.issue("demo-100-20", to: members)
    guard codes.count == 2 else { throw DemoFault.unexpected("\(codes.count) coupons for 2 members") }
    tally.issued(codes.count)
    coupon = codes[1]
    try waitUntilHeld(codes[0], by: members[0], at: lakeside)
    try waitUntilHeld(codes[1], by: members[1], at: station)
    narrator.say(
      "总部给两人各发一张「满 100 减 20」券。每张券同一时刻只归一家店保管：王小梅的在湖滨店，李强的在北站店，所以断网也不会被用两次。",
      """
      Headquarters gives each a coupon, 20 off from 100. One store at a time keeps a coupon, Lakeside hers \
      and North Station his, so it cannot be used twice even with the lines down.
      """)
    let sale = try sell(at: lakeside, to: .wang, [Goods.nuts.line()], coupons: [codes[0]])
    narrator.say(
      "王小梅在湖滨店用券买坚果礼盒，付 ¥\(sale.toPay.number.asMoney)。",
      "Wang Xiaomei uses hers on a nut box at Lakeside and pays ¥\(sale.toPay.number.asMoney).")
    try sellTwice(codes[0])
  }

  private func sellTwice(_ code: String) throws {
    try lakeside.sellRefused("coupon_used", to: .wang, [Goods.nuts.line()], coupons: [code])
    narrator.refused("同一张券再用一次：拒绝，已核销。", "The same coupon once more: refused, it has been used.")
  }

  mutating func visits() throws {
    let paid = try sell(at: lakeside, to: .wang, [Goods.oil.line()], points: 300)
    narrator.say(
      "她用 300 积分抵扣 ¥3.00，付 ¥\(paid.toPay.number.asMoney)，余 \(paid.points.balance.number) 积分。",
      """
      She lets 300 points pay ¥3.00 of a bottle of oil, pays ¥\(paid.toPay.number.asMoney) and has \
      \(paid.points.balance.number) points left.
      """)
    // Lakeside keeps three quarters by the rulebook; what it hands back is headquarters' to give to Campus.
    try waitUntilInStep()
    try waitForHolding("湖滨店交还份额 Lakeside hands back", of: .wang, at: lakeside) { $0 + 100 <= $1 }
    let held = try member(.wang, at: campus).pointsHeldHere.number
    let visit = try sell(at: campus, to: .wang, [Goods.nuts.line()], points: 100)
    narrator.say(
      """
      下午她到大学城店。这家店自己只能动用她 \(held) 积分，线路通着，当场向总部要来 100 积分抵扣；余 \(visit.points.balance.number)。
      """,
      """
      Then she goes to Campus. That store may spend \(held) of her points by itself; the line is up, so it \
      asks headquarters on the spot and 100 points pay. \(visit.points.balance.number) are left.
      """)
    try waitUntilInStep()
    try waitForHolding("大学城店得到份额 Campus gets a share", of: .wang, at: campus) { held, _ in held >= 100 }
    try waitForHolding("北站店得到份额 North Station gets a share", of: .li, at: station) { held, _ in held >= 200 }
  }

  /// Waits until what a store may spend of somebody's points, and all they have, stand as they should.
  private func waitForHolding(
    _ what: String, of person: Person, at till: Till, _ fits: (_ held: Int64, _ all: Int64) -> Bool
  ) throws {
    try waiting.until(what) {
      let member = try member(person, at: till)
      let (held, all) = (member.pointsHeldHere.number, member.points.number)
      return fits(held, all) ? .done(()) : .pending("\(held) / \(all)")
    }
  }

  private func waitUntilHeld(_ code: String, by member: String, at till: Till) throws {
    try waiting.until("券到店 coupon at \(till.shop.both)") {
      let coupons = try till.coupons(of: member)
      let isHeld = coupons.contains { $0.code.stringValue == code && $0.heldHere.boolValue == true }
      return isHeld ? .done(()) : .pending(code)
    }
  }
}
