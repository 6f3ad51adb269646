import Curl
import Foundation
import Loyalty
import RulebookFiles
import SyncProtocol
import Testing

/// What `docs/rulebook.md` shows is read, and its words are those that people get.
struct Guide {
  private let text: String
  private let rulebook: Rulebook

  private static let base: [String: JSONValue] = [
    "name": ["zh": "规则", "en": "Rules"], "currency": "CNY", "utcOffsetMinutes": 480,
  ]

  init() throws {
    text = try ShippedFiles.text("docs/rulebook.md")
    var members = Self.base
    for block in text.matches(of: /(?s)```yaml\n(.*?)```/) {
      let part = try WrittenDocument(Array(block.1.utf8)).value.members
      members.merge(part) { first, _ in
        Issue.record("two blocks of the guide have the same section")
        return first
      }
    }
    rulebook = try Rulebook.decode(JSONValue.object(members).encoded())
    let review = try WrittenDocument(JSONValue.object(members).encoded()).rulebook().review
    #expect(review.faults.isEmpty, "\(review.faults)")
  }

  /// What becomes of a day's sales and of everything beside them by the guide's own rules.
  private func produced() -> Set<String> {
    var found: [Words] = []
    func sell(_ lines: [SaleLine], on time: String, points: Int64 = 0, birthday: String? = nil) {
      var member = MemberStanding.spent(0, points: 500)
      member.birthday = birthday.flatMap { MonthDay($0) }
      var cart = Cart.on(time, lines, member)
      (cart.points, cart.isCash) = (Points(points), true)
      let quote = rulebook.quote(cart)
      found += (quote.outcomes.map { $0.words(currency: "CNY") })
      found += quote.earningDetails.map { $0.words(currency: "CNY") }
    }
    let (plain, day) = ("2026-06-10T12:00:00+08:00", "2026-06-08T12:00:00+08:00")
    sell([.of("rice", "grain", 120_04), .of("card", "gift-card", 100_00)], on: plain, points: 20)
    sell([.of("rice", "grain", 100_00)], on: plain, points: 15)
    sell([.of("rice", "grain", 100_00)], on: plain, points: 110)
    sell([.of("rice", "grain", 100_00)], on: plain, points: 100)
    sell([.of("rice", "grain", 120_00)], on: day)
    sell([.of("rice", "grain", 5_100_00)], on: day, birthday: "06-08")
    sell([.of("eggs", "fresh", 29_90)], on: plain)
    sell([.of("beef", "fresh", 80_00)], on: plain)
    sell([.of("beef", "fresh", 100_00), .of("rice", "grain", 300_00)], on: plain)
    func cutOff(_ points: Int64, held: Int64, risked: Int64) {
      var member = MemberStanding.spent(0, points: 500)
      (member.lots, member.held) = (member.held, SpendPlan.drawUpTo(Points(held), from: member.held).drawn)
      var cart = Cart.on(plain, [.of("rice", "grain", 400_00)], member)
      (cart.points, cart.offline) = (
        Points(points),
        OfflineLeeway(rulebook.offline, after: RiskTaken(byMemberToday: Money(risked)))
      )
      found += rulebook.quote(cart).outcomes.map { $0.words(currency: "CNY") }
    }
    cutOff(100, held: 80, risked: 0)
    cutOff(110, held: 0, risked: 0)
    if let tiers = rulebook.tiers {
      let facts = MemberStanding.spent(0).tierFacts
      found.append(tiers.standing(of: facts, on: Day("2026-06-10") ?? .never).words(currency: "CNY"))
    }
    func say(_ outcomes: [RuleOutcome]) { found += outcomes.map { $0.words(currency: "CNY") } }
    say(rulebook.checkInProgram?.checkIn(CheckInState(), on: Day("2026-06-10") ?? .never).outcomes ?? [])
    say([0, 1].map { rulebook.programs.earn(activity: "share", today: $0, ever: $0).outcome })
    say(
      [RuleOutcome(rule: "rice", code: "mall_placed", amount: rulebook.programs.mall[0].points.count)]
        + [RuleOutcome(rule: "rice", code: "mall_out_of_stock", amount: 0, distance: 1)])
    say(["sat-14", "launch"].map { ordered($0, of: rulebook) })
    say(["draw_blank", "draw_won"].map { RuleOutcome(rule: "wheel", code: $0) })
    let gifts = GiftFacts(
      enrolled: Day("2026-06-01") ?? .never, signUp: rulebook.programs.gifts?.signUp,
      birthday: MonthDay("06-12"))
    found += rulebook.programs.giftsDue(gifts, level: nil, on: Day("2026-06-10") ?? .never).map(\.words)
    return Set(found.map { "\($0.zh) · \($0.en)" })
  }

  /// What comes of an order in November.
  private func ordered(_ item: String, of rulebook: Rulebook) -> RuleOutcome {
    let time = Timestamp("2026-11-30T10:00:00+08:00") ?? Timestamp(ms: 0)
    let decision = rulebook.programs.place(
      MallRequest(
        order: MallOrderID(high: 1, low: 1), member: MemberID(high: 1, low: 1), item: item, quantity: 1),
      given: MallStanding(
        occasion: Occasion(time: time, utcOffsetMinutes: 480, customer: Customer()), available: .zero,
        held: [], stock: 1))
    return switch decision {
    case .placed(let order): order.outcome
    case .refused(let outcome): outcome
    }
  }

  @Test func `every example of the guide is a rulebook without faults, and has every section`() {
    let sections = text.matches(of: /(?m)^(?:  )?([a-zA-Z]+):/).map { String($0.1) }
    let all = SchemaDocument.rulebook.properties.members.keys
    let missing = Set(all).subtracting(sections).subtracting(Self.base.keys).subtracting([
      "version", "effectiveFrom",
    ])
    #expect(missing.sorted() == [])
    #expect(rulebook.faults().isEmpty)
  }

  @Test func `every word of a receipt in the guide is what the rules say`() {
    let quoted = text.matches(of: /(?m)^> (.*)$/).map { String($0.1) }
    #expect(quoted.count > 15)
    let produced = produced()
    let missing = quoted.filter { !produced.contains($0) }
    #expect(missing.isEmpty, "\(missing) are none of \(produced.sorted().joined(separator: "\n"))")
  }
}
