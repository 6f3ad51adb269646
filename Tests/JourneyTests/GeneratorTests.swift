import Testing

@testable import Journey

struct GeneratorTests {
  let data = Generator(seed: 7, stores: 60, members: 500, weeks: 10).makeChain()

  @Test func `the same seed makes the same chain, another seed another`() {
    let settings = Generator(seed: 3, stores: 5, members: 40, weeks: 3)
    var other = settings
    other.seed = 4
    #expect(settings.makeChain() == settings.makeChain())
    #expect(settings.makeChain() != other.makeChain())
  }

  @Test func `the random numbers are those of xoshiro256 star star, on every machine`() {
    var random = SeededRandom(seed: 42)
    #expect(
      (0..<3).map { _ in random.next() } == [
        1_546_998_764_402_558_742, 6_990_951_692_964_543_102, 12_544_586_762_248_559_009,
      ])
  }

  @Test func `baskets are ordered by time and every reference holds`() {
    #expect(zip(data.baskets.timesMs, data.baskets.timesMs.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(zip(data.baskets.numbers, data.baskets.numbers.dropFirst()).allSatisfy { $0 < $1 })
    #expect(data.baskets.lineStarts.last.map { Int($0) } == data.lines.count)
    #expect(data.members.allSatisfy { $0.firstBasket >= 0 })
    #expect(Set(data.baskets.stores).count == data.stores.count)
    #expect((data.baskets.weeks.min(), data.baskets.weeks.max()) == (1, 10))
    for basket in 0..<data.baskets.count {
      let products = data.lines.products[data.lineRange(ofBasket: basket)]
      #expect(!products.isEmpty && zip(products, products.dropFirst()).allSatisfy { $0 < $1 })
    }
  }

  @Test func `households return to their last store and their home store as real ones do`() {
    var last: [Int32: Int32] = [:]
    var (returns, chances) = (0, 0)
    var visits: [Int32: [Int32: Int]] = [:]
    for (member, store) in zip(data.baskets.members, data.baskets.stores) {
      if let before = last[member] {
        chances += 1
        returns += before == store ? 1 : 0
      }
      last[member] = store
      visits[member, default: [:]][store, default: 0] += 1
    }
    #expect((0.62...0.74).contains(Double(returns) / Double(chances)))
    let home = visits.values.reduce(0) { $0 + ($1.values.max() ?? 0) }
    #expect((0.58...0.75).contains(Double(home) / Double(data.baskets.count)))
  }

  @Test func `baskets and lines have the real ones' sizes and oddities`() {
    let sizes = (0..<data.baskets.count).map { data.lineRange(ofBasket: $0).count }.sorted()
    let lines = (0..<data.lines.count).map(data.line)
    func share(_ holds: (ChainData.Line) -> Bool) -> Double {
      Double(lines.count(where: holds)) / Double(lines.count)
    }
    #expect((8.4...10.4).contains(Double(lines.count) / Double(sizes.count)))
    #expect((4...6).contains(sizes[sizes.count / 2]))
    #expect((sizes.last ?? 0) > 100 && (sizes.last ?? 0) <= 161)
    #expect((0.47...0.53).contains(share { $0.storeDiscount > 0 }))
    #expect((0.010...0.020).contains(share { $0.coupon > 0 }))
    #expect((0.002...0.010).contains(share { $0.quantity == 0 }))
    #expect((0.006...0.013).contains(share { $0.quantity >= 1000 }))
    #expect(lines.contains { $0.coupon > $0.net } && lines.contains { $0.quantity == 1 && $0.gross == 0 })
    #expect(lines.allSatisfy { $0.net >= 0 })
    let stores = data.baskets.stores.reduce(into: [Int](repeating: 0, count: 60)) { $0[Int($1)] += 1 }
      .sorted()
    #expect(stores.suffix(6).reduce(0, +) * 3 > data.baskets.count)
  }

  @Test func `redemptions take a line's coupon once, within its worth, or are exchanges`() {
    #expect(data.redemptions.count > 30)
    var taken: Set<Int32> = []
    for redemption in data.redemptions {
      let campaign = data.campaigns[Int(redemption.campaign)]
      #expect(campaign.start <= redemption.day && redemption.day <= campaign.end)
      #expect(data.baskets.members[Int(redemption.basket)] == redemption.member)
      guard let line = redemption.line else {
        #expect(redemption.voucherCents == 0)
        continue
      }
      #expect(taken.insert(line).inserted)
      #expect(data.lineRange(ofBasket: Int(redemption.basket)).contains(Int(line)))
      let paid = data.line(Int(line))
      #expect(Int(redemption.voucherCents) == min(paid.coupon, paid.net) && redemption.voucherCents > 0)
    }
    #expect(!taken.isEmpty && taken.count < data.redemptions.count)
  }

  @Test func `a chain of one store and one member can be made`() {
    let tiny = Generator(seed: 1, stores: 1, members: 1, weeks: 1, basketsPerMemberWeek: 0.1).makeChain()
    #expect(tiny.baskets.count == 1)
  }

  @Test func `a generated chain can be cut down like a real one`() {
    let part = data.limited(weeks: 4, stores: 10)
    #expect(part.stores.count == 10)
    #expect(part.baskets.weeks.allSatisfy { $0 <= 4 })
    #expect(part.members.allSatisfy { part.members[Int(part.baskets.members[Int($0.firstBasket)])] == $0 })
    for redemption in part.redemptions {
      guard let line = redemption.line else { continue }
      #expect(part.line(Int(line)).coupon >= redemption.voucherCents)
    }
  }
}
