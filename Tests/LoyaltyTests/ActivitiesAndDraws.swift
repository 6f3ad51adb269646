import Loyalty
import Seeds
import SyncProtocol
import Testing

struct ActivitiesAndDraws {
  @Test func `activities earn up to their limits, in whatever order they become known`() {
    forAll { (samples: inout Samples) in
      let activity = samples.activity("share")
      let done = samples.list(0...12) {
        ActivityDone(id: $0.id(), time: Timestamp(ms: $0.number(0...5) * 43_200_000))
      }
      let results = activity.results(
        of: (done + done.prefix(2)).shuffled(using: &samples.random), utcOffsetMinutes: 480)
      // By hand: how many of each day count, the earlier days first.
      var (left, counts) = (activity.perMember ?? .max, [Int]())
      let days = Dictionary(grouping: done) { $0.time.day(utcOffsetMinutes: 480) }
      for day in days.sorted(by: { $0.key < $1.key }) {
        counts.append(min(day.value.count, activity.perMemberDay ?? .max, left))
        left -= counts.last ?? 0
      }
      let earned = Int64(counts.reduce(0, +))
      return results.count == done.count && results.count { $0.1.isCounted } == Int(earned)
        && results.reduce(0) { $0 + $1.1.points.count } == earned * activity.points.count
        && results.reduce(0) { $0 + $1.1.growth } == earned * activity.growth
    }
  }

  @Test func `an activity nobody knows earns nothing and says so`() {
    let result = Programs.none.earn(activity: "x", today: 0, ever: 0)
    #expect(result.outcome.code == "activity_unknown" && result.points == .zero && !result.isCounted)
  }

  private static func prize(_ id: String, _ weight: Int64, stock: Int64? = nil) -> PrizeDraw.Prize {
    PrizeDraw.Prize(
      id: id, name: Samples.words, reward: Reward(points: Points(1)), weight: weight, stock: stock)
  }

  private static let draw = PrizeDraw(
    id: "wheel", name: Samples.words, pointsPerDraw: Points(10),
    prizes: [prize("car", 1), prize("cup", 99), prize("pen", 400, stock: 2)], blankWeight: 500)

  @Test func `prizes come as often as their weights say`() {
    var random = SplitMix64(seed: 20_261_122)
    let draws = 1_000_000.0
    var won: [String: Double] = [:]
    for _ in 0..<Int(draws) { won[Self.draw.prize(for: random.next())?.id ?? "blank", default: 0] += 1 }
    for (id, weight) in [("car", 1.0), ("cup", 99), ("pen", 400), ("blank", 500)] {
      let share = weight / 1000
      // Five standard deviations: fewer than one seed in a million would miss it.
      let bound = 5 * (draws * share * (1 - share)).squareRoot()
      #expect(abs(won[id, default: 0] - draws * share) <= bound, "\(id): \(won[id, default: 0])")
    }
  }

  @Test func `each prize has its weight's part of all seeds, to the seed`() {
    forAll { (samples: inout Samples) in
      let draw = samples.draw("wheel")
      let weights = draw.prizes.map { UInt64($0.weight) }
      let total = weights.reduce(UInt64(draw.blankWeight), +)
      var end: UInt64 = 0
      for (index, prize) in draw.prizes.enumerated() {
        // The first seed of a part is the least whose share of the total reaches the part's beginning.
        func seed(_ place: UInt64) -> UInt64? {
          if place == total { return nil }
          let (quotient, remainder) = total.dividingFullWidth((place, 0))
          return remainder == 0 ? quotient : quotient + 1
        }
        let first = seed(end)
        end += weights[index]
        let last = seed(end).map { $0 - 1 } ?? .max
        guard let first, draw.prize(for: first) == prize, draw.prize(for: last) == prize,
          first == 0 || draw.prize(for: first - 1) != prize,
          last == .max || draw.prize(for: last + 1) != prize
        else { return false }
      }
      return true
    }
  }

  @Test func `a draw spends its points exactly, and no more prizes go out than a store holds`() {
    forAll { (samples: inout Samples) in
      var programs = Programs()
      programs.draws = [samples.draw("wheel")]
      let draw = programs.draws[0]
      var held = samples.standing().held
      var left = Dictionary(uniqueKeysWithValues: draw.prizes.map { ($0.id, samples.number(0...2)) })
      let before = left
      var won: [String: Int64] = [:]
      for round in 0..<20 {
        let standing = DrawStanding(
          occasion: Occasion(time: Samples.noon, utcOffsetMinutes: 480),
          available: Points(samples.number(0...900)),
          held: held, drawnToday: round, stock: left)
        guard
          case .drawn(let prize, let spent, let outcome) = programs.draw(
            "wheel", seed: samples.random.next(), given: standing)
        else { continue }
        guard spent.reduce(0, { $0 + $1.points.count }) == draw.pointsPerDraw.count,
          round < draw.perMemberDay ?? .max, (outcome.code == "draw_won") == (prize != nil)
        else { return false }
        for part in spent {
          guard let index = held.firstIndex(where: { $0.owner == part.owner && $0.lot == part.lot }) else {
            return false
          }
          held[index].points -= part.points
          guard held[index].points >= .zero else { return false }
        }
        if let prize {
          won[prize.id, default: 0] += 1
          if prize.stock != nil { left[prize.id, default: 0] -= 1 }
        }
      }
      return draw.prizes.allSatisfy { $0.stock == nil || won[$0.id, default: 0] <= before[$0.id] ?? 0 }
    }
  }

  @Test func `a prize that has run out is a blank, and is told`() {
    var programs = Programs()
    programs.draws = [
      PrizeDraw(
        id: "wheel", name: Samples.words, pointsPerDraw: .zero, prizes: [Self.prize("pen", 1, stock: 1)],
        perMemberDay: 1)
    ]
    func outcome(_ stock: Int64, drawn: Int = 0, id: String = "wheel") -> String {
      let standing = DrawStanding(
        occasion: Occasion(time: Samples.noon, utcOffsetMinutes: 480), available: .zero, held: [],
        drawnToday: drawn, stock: ["pen": stock])
      return switch programs.draw(id, seed: 7, given: standing) {
      case .drawn(_, _, let outcome), .refused(let outcome): outcome.words(currency: "CNY").zh
      }
    }
    #expect(outcome(1) == "恭喜中奖")
    #expect(outcome(0) == "奖品已发完，本次未中奖")
    #expect(outcome(1, drawn: 1) == "每天限抽 1 次")
    #expect(outcome(1, id: "x") == "没有此抽奖活动")
  }
}
