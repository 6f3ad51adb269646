import Loyalty
import Seeds
import SyncProtocol
import Testing

struct EarningTexts {
  private func words(
    _ kind: EarningDetail.Kind, _ points: Int64, _ currency: EarningCurrency = .points,
    permille: Int64 = 1000
  ) -> [String] {
    let detail = EarningDetail(
      rule: "x", currency: currency, kind: kind, lines: [], base: .zero, permille: permille,
      points: Points(points))
    let words = detail.words(currency: "CNY")
    return [words.zh, words.en]
  }

  @Test func `a receipt says why so many points were earned, in both languages`() {
    let tens = EarningDetail.Kind.rule(per: Money(100_00), gives: Points(10))
    #expect(
      words(tens, 20) == ["每消费满 ¥100.00 积 10 分，共 20 分", "10 points for each full ¥100.00: 20 points"])
    let one = EarningDetail.Kind.rule(per: Money(1_00), gives: Points(1))
    #expect(words(one, 1) == ["每消费满 ¥1.00 积 1 分，共 1 分", "1 point for each full ¥1.00: 1 point"])
    #expect(
      words(tens, 20, .growth) == [
        "每消费满 ¥100.00 得 10 成长值，共 20 成长值", "10 growth value for each full ¥100.00: 20 growth value",
      ])
    let none = EarningDetail.Kind.rule(per: Money(1), gives: .zero)
    #expect(words(none, 0) == ["不参与积分", "Earns no points"])
    #expect(words(none, 0, .growth) == ["不计成长值", "Earns no growth value"])
    #expect(words(.multiplier, 20, permille: 2000) == ["双倍积分，多得 20 分", "Double points: 20 points more"])
    #expect(
      words(.multiplier, 20, permille: 3000) == ["3 倍积分，多得 20 分", "3 times the points: 20 points more"])
    #expect(words(.multiplier, 5, permille: 1500)[0] == "1.5 倍积分，多得 5 分")
    #expect(words(.multiplier, 5, permille: 1250)[1] == "1.25 times the points: 5 points more")
    #expect(words(.multiplier, 5, permille: 10_001)[0] == "10.001 倍积分，多得 5 分")
    #expect(words(.bonus(.birthday), 50) == ["生日奖励 50 分", "Birthday bonus: 50 points"])
    #expect(words(.bonus(.firstPurchase), 50) == ["首单奖励 50 分", "First purchase bonus: 50 points"])
    #expect(words(.bonus(nil), 50) == ["奖励 50 分", "Bonus: 50 points"])
    #expect(
      words(.cap(.perSale, at: Points(500)), -30) == [
        "每单最多 500 分，少得 30 分", "Each sale earns at most 500 points: 30 points less",
      ])
    #expect(words(.cap(.perMemberDay, at: Points(9)), -1)[0] == "今日还可得最多 9 分，少得 1 分")
  }

  @Test func `every reason has its words, Chinese in one and none in the other`() {
    func isChinese(_ text: String) -> Bool {
      text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
    }
    forAll { (samples: inout Samples) in
      let (rulebook, occasion, capLeft) = (samples.rulebook(), samples.occasion(), samples.capLeft())
      let lines = samples.list(0...6) { $0.earningLine() }
      let details = rulebook.earnings(on: lines, occasion: occasion, capLeft: capLeft).details
      return details.allSatisfy { detail in
        let words = detail.words(currency: "CNY")
        return isChinese(words.zh) && !isChinese(words.en) && words.en.contains(" ")
      }
    }
  }
}
