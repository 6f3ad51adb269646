import Foundation

/// Who goes shopping where and when: the first half of the generator.
struct GeneratedVisits {
  struct Visit {
    var member: Int
    var store: Int
    var timeMs: Int64
    var week: Int
  }

  private let settings: Generator
  private let popularity: WeightedChoice
  private var random: SeededRandom

  // Shares of a day's baskets by hour of the clock, from the real data.
  private static let hours = WeightedChoice([
    0.5, 0.2, 0.2, 0.1, 0.2, 0.6, 1.2, 2, 3, 4.3, 5.7, 6.6, 6.9, 7.3, 8.2, 9.3, 9.9, 9.2, 8, 6.2, 4.3, 2.7,
    1.6, 0.8,
  ])
  private static let returnsToLast = 0.68
  private static let goesHome = 0.63
  // How the visits away from home fall on a household's other stores.
  private static let elsewhere = [0.45, 0.25, 0.15, 0.08, 0.05, 0.02]

  init(_ settings: Generator) {
    self.settings = settings
    random = SeededRandom(seed: settings.seed, stream: 2)
    popularity = WeightedChoice(Self.storeWeights(settings))
  }

  /// A quarter of the stores lies where the members live and shares nearly all trade, by rank; the rest is
  /// travel.
  private static func storeWeights(_ settings: Generator) -> [Double] {
    var random = SeededRandom(seed: settings.seed, stream: 3)
    let near = max(3, settings.stores / 4)
    let ranks = Array(0..<settings.stores).shuffled(using: &random)
    return ranks.map { rank in (rank < near ? 1 : 0.01) / pow(Double(rank + 1), 0.42) }
  }

  /// All visits, ordered by time.
  consuming func make() -> [Visit] {
    var appetites = (0..<settings.members).map { _ in random.logNormal(median: 1, spread: 0.89) }
    let mean = appetites.reduce(0, +) / Double(appetites.count)
    appetites = appetites.map { $0 / mean }
    var visits: [Visit] = []
    for member in 0..<settings.members {
      let expected = appetites[member] * settings.basketsPerMemberWeek * Double(settings.weeks)
      // At least once: who never shops is no member.
      let count = max(1, Int(expected + random.unit()))
      addVisits(count, of: member, to: &visits)
    }
    visits.sort { ($0.timeMs, $0.member) < ($1.timeMs, $1.member) }
    sendTravellers(&visits)
    return visits
  }

  /// A store counts only if somebody came: to those without a visit goes one from a store with several.
  private mutating func sendTravellers(_ visits: inout [Visit]) {
    var sizes = [Int](repeating: 0, count: settings.stores)
    for visit in visits { sizes[visit.store] += 1 }
    for store in sizes.indices where sizes[store] == 0 {
      var index = random.below(visits.count)
      var tries = 0
      while sizes[visits[index].store] < 2 && tries < visits.count {
        index = (index + 1) % visits.count
        tries += 1
      }
      guard sizes[visits[index].store] > 1 else { return }
      sizes[visits[index].store] -= 1
      sizes[store] += 1
      visits[index].store = store
    }
  }

  private mutating func addVisits(_ count: Int, of member: Int, to visits: inout [Visit]) {
    let haunts = makeHaunts()
    // A visit stays where the last one was or draws anew; drawing anew may come out the same, which counts
    // too.
    let drawnSame = haunts.shares.reduce(0) { $0 + $1 * $1 }
    let stays = max(0, (Self.returnsToLast - drawnSame) / (1 - drawnSame))
    let choice = WeightedChoice(haunts.shares)
    var store = haunts.stores[choice.draw(&random)]
    for time in makeTimes(count) {
      if !random.chance(stays) { store = haunts.stores[choice.draw(&random)] }
      let week = Int((time - Generator.startMs) / (7 * Generator.dayMs)) + 1
      visits.append(Visit(member: member, store: store, timeMs: time, week: week))
    }
  }

  private mutating func makeHaunts() -> (stores: [Int], shares: [Double]) {
    let wanted = min(settings.stores, 1 + Self.elsewhere.count)
    var stores: [Int] = []
    var tries = 0
    while stores.count < wanted && tries < 40 {
      let store = popularity.draw(&random)
      if !stores.contains(store) { stores.append(store) }
      tries += 1
    }
    guard stores.count > 1 else { return (stores, [1]) }
    let others = Self.elsewhere.prefix(stores.count - 1)
    let sum = others.reduce(0, +)
    return (stores, [Self.goesHome] + others.map { $0 / sum * (1 - Self.goesHome) })
  }

  private mutating func makeTimes(_ count: Int) -> [Int64] {
    var times: Set<Int64> = []
    while times.count < count {
      let day = Int64(random.below(settings.weeks * 7))
      let second = Int64(random.below(3600))
      let hour = Int64(Self.hours.draw(&random))
      times.insert(Generator.startMs + day * Generator.dayMs + hour * Generator.hourMs + second * 1000)
    }
    return times.sorted()
  }
}
