import Foundation
import Loyalty
import SyncProtocol
import Testing

struct ProgramTexts {
  private static let codes = [
    "mall_placed", "mall_fulfilled", "mall_cancelled", "mall_already_cancelled", "mall_already_fulfilled",
    "mall_unknown_item", "mall_not_now", "mall_not_yet", "mall_online_only", "mall_nothing", "mall_too_many",
    "mall_limit_reached", "mall_points_insufficient", "mall_points_held_elsewhere", "mall_out_of_stock",
    "check_in_points", "check_in_streak", "check_in_month_full", "check_in_next", "check_in_again",
    "check_in_earlier", "referral_pending", "referral_qualified", "referral_paid", "referral_capped",
    "referral_expired", "referral_clawed_back", "referral_own", "referral_already_member",
    "referral_unknown_referrer", "referral_referrer_not_earlier", "activity_earned",
    "activity_limit_reached", "activity_day_limit", "activity_unknown", "draw_won", "draw_blank",
    "draw_out_of_stock", "draw_unknown", "draw_not_now", "draw_day_limit", "draw_points_insufficient",
    "draw_points_held_elsewhere",
  ]

  private func isChinese(_ text: String) -> Bool {
    text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
  }

  @Test func `every outcome of a program has its words in both languages`() {
    for code in Self.codes {
      let words = RuleOutcome(rule: "x", code: code, amount: 3, distance: 2).words(currency: "CNY")
      #expect(isChinese(words.zh) && !isChinese(words.en) && words.en.contains(" "), "\(code)")
      #expect(!words.zh.contains(code) && !words.en.contains(code))
    }
  }

  @Test func `no code of a program is without words`() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Loyalty")
    var written: Set<String> = []
    for name in ["MallOrder", "CheckInProgram", "Referral", "Activity", "PrizeDraw+Decision"] {
      let text = try String(contentsOf: folder.appendingPathComponent("\(name).swift"), encoding: .utf8)
      let codes = text.matches(of: /"((?:mall|check_in|referral|activity|draw)_[a-z_]+)"/)
      written.formUnion(codes.map { String($0.1) })
    }
    #expect(written == Set(Self.codes))
  }

  @Test func `a refusal says how far away it is`() {
    func words(_ code: String) -> Words {
      RuleOutcome(rule: "x", code: code, amount: 80, distance: 20).words(currency: "CNY")
    }
    #expect(words("mall_points_insufficient").zh == "可用积分 80，还差 20")
    #expect(words("mall_out_of_stock").en == "80 in stock here, 20 missing")
    func opening(_ minute: Int64) -> Words {
      RuleOutcome(rule: "x", code: "mall_not_yet", amount: minute, distance: 20_790).words(currency: "CNY")
    }
    #expect(opening(605).zh == "2026-12-03 10:05 起可兑换")
    #expect(opening(0).en == "It can be ordered from 2026-12-03")
    #expect(words("activity_earned").en == "Earns 80 points and 20 growth value")
  }
}
