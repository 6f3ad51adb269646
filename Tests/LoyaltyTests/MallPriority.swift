import Loyalty
import Seeds
import SyncProtocol
import Testing

/// Who may order before the others 优先购, and what costs nothing 预约.
struct MallPriority {
  private static let member = MemberID(high: 1, low: 2)

  private static func item(
    points: Int64 = 1, when: Condition, priority: Condition? = nil
  ) -> MallItem {
    MallItem(
      id: "cup", name: Samples.words, sku: "cup", points: Points(points), perMember: 2, when: when,
      priority: priority)
  }

  private static func decide(
    _ item: MallItem, _ occasion: Occasion, quantity: Int64 = 1, available: Points = Points(9)
  ) -> MallDecision {
    var programs = Programs()
    programs.mall = [item]
    let lot = LotKey(availableFrom: Day(0), expiresOn: .never)
    return programs.place(
      MallRequest(
        order: MallOrderID(high: 1, low: 1), member: member, item: item.id, quantity: quantity),
      given: MallStanding(
        occasion: occasion, available: available,
        held: [LotAmount(owner: member, lot: lot, points: max(.zero, available))], stock: 9))
  }

  private static func refusal(
    _ item: MallItem, _ occasion: Occasion, quantity: Int64 = 1
  ) -> RuleOutcome? {
    if case .refused(let outcome) = decide(item, occasion, quantity: quantity) { outcome } else { nil }
  }

  /// Some days around the samples', in whole minutes: the words tell no seconds.
  private static func moment(_ samples: inout Samples) -> Timestamp {
    Timestamp(ms: Samples.noon.ms + (samples.number(-4...4) * 1_440 + samples.number(-9...9)) * 60_000)
  }

  private static func condition(_ samples: inout Samples) -> Condition {
    func seldom<T>(_ make: (inout Samples) -> T) -> T? {
      samples.number(0...5) == 0 ? make(&samples) : nil
    }
    var one = Condition(
      from: samples.maybe { moment(&$0) }, until: seldom { moment(&$0) },
      weekdays: seldom { [1, Int($0.number(1...7))] }, hours: seldom { _ in Hours(from: 700, until: 725) },
      stores: seldom { _ in ["S1"] }, who: samples.oneOf([nil, nil, .member, .birthday]),
      tiers: samples.oneOf([nil, nil, ["plus"], ["plus", "max"]]), segments: seldom { _ in ["vip"] })
    if let from = one.from, let until = one.until, until <= from { one.until = nil }
    return one
  }

  private static func occasion(_ samples: inout Samples) -> Occasion {
    Occasion(
      time: moment(&samples), utcOffsetMinutes: 480, store: samples.oneOf(["S1", nil]),
      customer: Customer(
        tier: samples.oneOf(["plus", "max", nil]), segments: samples.oneOf([["vip"], []]),
        traits: samples.oneOf([.birthday, []])))
  }

  @Test func `an order is taken when the item is open or has priority, and else is told from when it is`() {
    var seen: [String: Int] = [:]
    forAll { (samples: inout Samples) in
      let (when, priority) = (Self.condition(&samples), samples.maybe { Self.condition(&$0) })
      let item = Self.item(points: samples.number(0...2), when: when, priority: priority)
      let occasion = Self.occasion(&samples)
      func at(_ time: Timestamp) -> Occasion {
        Occasion(time: time, utcOffsetMinutes: 480, store: occasion.store, customer: occasion.customer)
      }
      let refusal = Self.refusal(item, occasion)
      seen[refusal?.code ?? "placed", default: 0] += 1
      guard let refusal else { return item.isOpen(on: occasion) }
      if item.isOpen(on: occasion) { return false }
      guard refusal.code == "mall_not_yet" else {
        // It is not open today, tomorrow or on any day of the next week; or it opens again on one of them.
        let isOpenLater = (1...7 * 24 * 12).contains { step in
          item.isOpen(on: at(Timestamp(ms: occasion.time.ms + Int64(step) * 300_000)))
        }
        return !isOpenLater || refusal.code == "mall_not_now"
      }
      let opening = Timestamp(ms: (refusal.distance * 1_440 + refusal.amount - 480) * 60_000)
      guard opening > occasion.time else { return false }
      // Until then it is never taken, and then it is.
      let wait = samples.number(0...opening.ms - occasion.time.ms - 1)
      return Self.refusal(item, at(Timestamp(ms: occasion.time.ms + wait))) != nil
        && Self.refusal(item, at(opening)) == nil
    }
    for code in ["placed", "mall_not_yet", "mall_not_now", "rule_other_tier"] {
      #expect(seen[code] ?? 0 > 100, "\(seen)")
    }
  }

  @Test func `a priority that is refused for reaching no further than when would have let nobody in`() {
    var refused = 0
    forAll { (samples: inout Samples) in
      let when = Self.condition(&samples)
      // Often the other, a part of it, or more than it.
      var priority = samples.flag() ? when : Self.condition(&samples)
      if samples.flag() { priority.tiers = ["plus"] }
      if samples.flag() { priority.from = priority.from.map { Timestamp(ms: $0.ms + 60_000) } }
      if samples.flag() { priority.weekdays = [1] }
      var programs = Programs()
      programs.mall = [Self.item(when: when, priority: priority)]
      let reasons = programs.faults(levels: ["plus", "max"]).map(\.reason)
      guard reasons.contains("is no part of when") else { return true }
      refused += 1
      return (0..<8).allSatisfy { _ in
        let occasion = Self.occasion(&samples)
        return priority.unmet(on: occasion) != nil || when.unmet(on: occasion) == nil
      }
    }
    #expect(refused > 1_000)
  }

  @Test
  func `what costs nothing takes no points, not even from whoever owes some, and gives stock back once`() {
    let place = MallItem(
      id: "fitting", name: Samples.words, sku: "fitting", points: .zero, stock: 3, perMember: 2)
    let noon = Occasion(time: Samples.noon, utcOffsetMinutes: 480)
    for available in [Points(-50), .zero, Points(9)] {
      guard case .placed(var order) = Self.decide(place, noon, quantity: 2, available: available) else {
        Issue.record("not set aside with \(available.count) points")
        continue
      }
      #expect(order.taken == MallTaking(points: [], stock: 2, money: .zero))
      #expect(order.outcome.words(currency: "") == Words(zh: "已预约", en: "Set aside"))
      #expect(order.cancel().givesBack?.stock == 2)
      #expect(order.cancel().givesBack == nil)
      #expect(order.outcome.words(currency: "") == Words(zh: "已取消", en: "The order is cancelled"))
    }
    #expect(Self.refusal(place, noon, quantity: 3)?.code == "mall_limit_reached")
    #expect(Self.refusal(place, noon, quantity: .max)?.code == "mall_too_many")
  }

  @Test func `whom an item is not for is not told to wait`() {
    let later = Timestamp(ms: Samples.noon.ms + 60_000)
    let noon = Occasion(time: Samples.noon, utcOffsetMinutes: 480, customer: Customer(tier: "plus"))
    func code(_ when: Condition, _ priority: Condition? = nil) -> String? {
      Self.refusal(Self.item(when: when, priority: priority), noon)?.code
    }
    #expect(code(Condition(from: later, tiers: ["max"])) == "rule_other_tier")
    #expect(code(Condition(from: later), Condition(tiers: ["max"])) == "mall_not_yet")
    #expect(code(Condition(from: later), Condition(tiers: ["plus"])) == nil)
    #expect(code(Condition(tiers: ["max"]), Condition(from: later, tiers: ["plus"])) == "mall_not_yet")
  }
}

extension MallItem {
  func isOpen(on occasion: Occasion) -> Bool {
    [when, priority].contains { $0.map { $0.unmet(on: occasion) == nil } ?? false }
  }
}
