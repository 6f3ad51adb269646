import Testing

@testable import Journey

struct SourceTotalsTests {
  let rule = EarningRule(doubled: ["PRODUCE"], excluded: ["FUEL"])

  func load() throws -> ChainData {
    let folder = try DataFolder()
    defer { folder.remove() }
    return try ChainData.load(from: folder.url)
  }

  // 9001: bread 450-50-50 = 350 net, produce 199. 9002: fuel 2500, earns nothing. 9003: bread 0, produce 999.
  @Test func `the hand-computed example comes out`() throws {
    let tape = Tape([
      .init(basket: 9001, pointsSpent: 0, pointsEarned: 3 + 2),
      .init(basket: 9002, pointsSpent: 0, pointsEarned: 0),
      // 200 points take 200 cents off the produce: 799 left, seven full hundreds, twice.
      .init(basket: 9003, pointsSpent: 200, pointsEarned: 14, discounts: [.init(line: 1, cents: 200)]),
    ])
    let result = SourceTotals(of: try load(), tape: tape, rule: rule)
    #expect(result.misprints.isEmpty && result.withoutReceipt.isEmpty)
    let totals = result.totals
    #expect((totals.members, totals.baskets, totals.lines, totals.couponRedemptions) == (2, 3, 5, 2))
    #expect((totals.grossCents, totals.storeDiscountCents, totals.matchDiscountCents) == (4185, 87, 50))
    #expect((totals.pointsDiscountCents, totals.netCents, totals.couponCents) == (200, 3848, 230))
    #expect(totals.points == [7: .init(earned: 19, spent: 200)])
    #expect(
      result.weeks == [.init(week: 1, baskets: 2, netCents: 3049), .init(week: 2, baskets: 1, netCents: 799)])
  }

  @Test func `groups are rounded down for themselves, not line by line and not together`() {
    #expect(rule.points(normalCents: 199, doubledCents: 199) == 1 + 2)
    #expect(EarningRule(centsPerPoint: 500).points(normalCents: 1499, doubledCents: 0) == 2)
  }

  @Test func `a receipt that breaks the rule is a misprint`() throws {
    let tape = Tape([
      .init(basket: 9001, pointsSpent: 0, pointsEarned: 6),
      .init(basket: 9002, pointsSpent: 9000, pointsEarned: 0, discounts: [.init(line: 0, cents: 2501)]),
      .init(basket: 9003, pointsSpent: 1, pointsEarned: 18, discounts: [.init(line: 2, cents: 1)]),
      .init(basket: 9999, pointsSpent: 0, pointsEarned: 0),
    ])
    let result = SourceTotals(of: try load(), tape: tape, rule: rule)
    #expect(result.misprints.count == 4)
    #expect(result.totals.pointsDiscountCents == 0)
  }

  @Test func `a basket without a receipt is named`() throws {
    let result = SourceTotals(of: try load(), tape: Tape(), rule: rule)
    #expect(result.withoutReceipt == [9001, 9002, 9003])
  }

  @Test func `differences name the figure, both sides and by how much`() {
    var own = Totals()
    (own.baskets, own.netCents) = (1_469_307, 12_345)
    var other = own
    (other.baskets, other.netCents) = (1_469_306, 112_350)
    #expect(own.differences(from: own, labels: ("source", "hub")).isEmpty)
    #expect(
      own.differences(from: other, labels: ("source", "hub")) == [
        "baskets: source 1,469,307, hub 1,469,306 (+1)",
        "net: source 123.45, hub 1,123.50 (−1,000.05)",
      ])
  }

  @Test func `of many members twenty are named and the rest counted`() {
    var own = Totals()
    for household in 1...33 { own.addPoints(of: household, earned: 5, spent: 0) }
    let list = own.differences(from: Totals(), labels: ("source", "hub"))
    #expect(list.count == 1 + 20 + 1)
    #expect(list[1] == "household 1: source earned 5 and spent 0, hub earned 0 and spent 0")
    #expect(list.last == "and 13 more households whose points differ")
  }

  @Test func `swapped points of two members differ although the sums agree`() {
    var own = Totals()
    own.addPoints(of: 1, earned: 5, spent: 0)
    var other = Totals()
    other.addPoints(of: 2, earned: 5, spent: 0)
    #expect(own.differences(from: other, labels: ("source", "hub")).count == 2)
  }
}
