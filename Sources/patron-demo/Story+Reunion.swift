import Chain
import Curl
import Terminal

/// The lines come back.
extension Story {
  mutating func reunion() throws -> Verdict {
    narrator.chapter(4, "线路恢复", "The lines come back")
    for shop in shops { shop.line.restore() }
    narrator.say("光缆接好了，没有人需要按任何按钮。", "The cable is mended. Nobody has to press anything.")
    let started = ContinuousClock.now
    let convergence = Convergence(headquarters: headquarters, tills: tills)
    let agreement = try? waiting.until("各店与总部对齐 stores in step") { try convergence.look() }
    let elapsed = ContinuousClock.now - started
    let picture = try Picture(headquarters: headquarters, tills: tills, tally: tally, agreement: agreement)
    if agreement != nil {
      let seconds = Int64(elapsed / .milliseconds(10)).asMoney
      narrator.say(
        "\(seconds) 秒后，所有流水都到了总部，每家店也知道了别处发生的一切。",
        "\(seconds) s later headquarters has every entry, and every store knows what happened elsewhere.")
      try oneMember()
    }
    return Verdict(picture: picture, tally: tally)
  }

  private func oneMember() throws {
    let found = try headquarters.members(phone: Person.chen.phone)
    let points = tally.accounts[.chen]?.points ?? 0
    guard found.count == 1, found[0].mergedIn.elements.count == 1 else { return }
    let byCard = try codesOfChen.map { try lakeside.member(code: $0)?.memberId }
    guard byCard.allSatisfy({ $0 == found[0].memberId }) else {
      throw DemoFault.unexpected("Lakeside does not know both cards of one member")
    }
    let codes = codesOfChen.joined(separator: "、")
    narrator.say(
      "陈静的两次入会合成一位会员：小票积分相加 \(points)，总部余额 \(found[0].points.number)。两张卡 \(codes) 在哪家店都能用。",
      """
      Chen Jing's two enrolments are one member: her receipts add up to \(points) points, headquarters says \
      \(found[0].points.number). Both cards, \(codesOfChen.joined(separator: " and ")), work in every store.
      """)
    guard let tier = try lakeside.member(.chen)?.tierName, !tier.isNull else { return }
    narrator.say(
      "两边的消费合起来，她现在是\(tier.zh.text)，在她从没去过的湖滨店也是。",
      """
      What she spent in both places counts together: she is a \(tier.en.text) member now, also at Lakeside \
      where she has never been.
      """)
  }
}
