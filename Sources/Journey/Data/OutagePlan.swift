/// When which store cannot reach the hub. A pure value: the same chain, intensity and seed give the same
/// plan.
public struct OutagePlan: Equatable, Sendable {
  public enum Intensity: String, CaseIterable, Codable, Sendable {
    /// Every line holds.
    case none
    /// About two stores in five lose their line at least once.
    case normal
    /// Four in five, more often.
    case hard
  }

  /// The line of one store is cut from `startMs` until just before `endMs`.
  public struct Outage: Equatable, Codable, Sendable {
    public var store: Int
    public var startMs: Int64
    public var endMs: Int64

    public init(store: Int, startMs: Int64, endMs: Int64) {
      self.store = store
      self.startMs = startMs
      self.endMs = endMs
    }
  }

  /// By store index, each list ordered by time and without overlap. One may outlast the last basket.
  public private(set) var outages: [[Outage]]
  /// Stores that were cut off together because many households shop in both.
  public private(set) var pairs: [Pair] = []

  public struct Pair: Equatable, Sendable {
    public var stores: [Int]
    public var sharedMembers: Int
    public var startMs: Int64
    public var endMs: Int64
  }

  public static let shortestMs: Int64 = 2 * 3_600_000
  public static let longestMs: Int64 = 21 * 24 * 3_600_000

  public init(for data: ChainData, intensity: Intensity, seed: UInt64) {
    outages = Array(repeating: [], count: data.stores.count)
    guard let dose = Dose(intensity), let start = data.baskets.timesMs.first,
      let end = data.baskets.timesMs.last
    else { return }
    var planner = Planner(data: data, dose: dose, span: start..<(end + 1), seed: seed)
    planner.planPairs()
    planner.planSingles()
    pairs = planner.pairs
    outages = planner.outages.map { $0.sorted { $0.startMs < $1.startMs } }
  }

  public func isOffline(store: Int, at timeMs: Int64) -> Bool {
    let list = outages[store]
    let next = list.partitionPoint { $0.startMs > timeMs }
    return next > 0 && timeMs < list[next - 1].endMs
  }

  /// All outages, ordered by their start, then store.
  public var all: [Outage] {
    outages.flatMap { $0 }.sorted { ($0.startMs, $0.store) < ($1.startMs, $1.store) }
  }
}

/// How much of it: the figures behind an intensity.
private struct Dose {
  let shareOfStores: Double
  /// The chance of one more outage after each, at the busiest store; the idlest has a third of it.
  let again: Double
  let shareOfPairs: Double
  let medianHours: Double

  init?(_ intensity: OutagePlan.Intensity) {
    switch intensity {
    case .none: return nil
    case .normal: (shareOfStores, again, shareOfPairs, medianHours) = (0.4, 0.88, 0.05, 36)
    case .hard: (shareOfStores, again, shareOfPairs, medianHours) = (0.8, 0.96, 0.15, 72)
    }
  }
}

private struct Planner {
  let data: ChainData
  let dose: Dose
  let span: Range<Int64>
  var random: SeededRandom
  var outages: [[OutagePlan.Outage]]
  var pairs: [OutagePlan.Pair] = []

  init(data: ChainData, dose: Dose, span: Range<Int64>, seed: UInt64) {
    self.data = data
    self.dose = dose
    self.span = span
    random = SeededRandom(seed: seed, stream: 6)
    outages = Array(repeating: [], count: data.stores.count)
  }

  /// Cuts off two stores at once where most households could tell: the case in which a balance can be spent
  /// twice.
  mutating func planPairs() {
    let wanted = max(1, Int(dose.shareOfPairs * Double(data.stores.count)))
    for shared in SharedMembers(data).largestPairs(wanted) {
      let period = drawPeriod(atLeast: 24 * 3_600_000)
      // Not to the minute: one store is back while the other is still alone.
      let lag = Int64(random.unit() * 0.3 * Double(period.upperBound - period.lowerBound))
      add(shared.first, period.lowerBound, period.upperBound)
      add(shared.second, period.lowerBound + lag, period.upperBound + lag)
      pairs.append(
        .init(
          stores: [shared.first, shared.second], sharedMembers: shared.members,
          startMs: period.lowerBound + lag,
          endMs: period.upperBound))
    }
  }

  /// Then single stores, the busy ones sooner, until enough have had one.
  mutating func planSingles() {
    let wanted = Int((dose.shareOfStores * Double(data.stores.count)).rounded())
    let sizes = storeSizes()
    let busiest = sizes.max() ?? 1
    for store in drawStores(sizes) {
      guard outages.count(where: { !$0.isEmpty }) < wanted || !outages[store].isEmpty else { continue }
      if outages[store].isEmpty { addDrawn(store) }
      let again = dose.again * (1 + 2 * (sizes[store] / busiest).squareRoot()) / 3
      while random.chance(again) { addDrawn(store) }
    }
  }

  private mutating func addDrawn(_ store: Int) {
    let period = drawPeriod(atLeast: OutagePlan.shortestMs)
    add(store, period.lowerBound, period.upperBound)
  }

  /// A period that would run into another is left out: what is cut cannot be cut again.
  private mutating func add(_ store: Int, _ startMs: Int64, _ endMs: Int64) {
    guard !outages[store].contains(where: { $0.startMs <= endMs && startMs <= $0.endMs }) else { return }
    outages[store].append(OutagePlan.Outage(store: store, startMs: startMs, endMs: endMs))
  }

  private mutating func drawPeriod(atLeast: Int64) -> Range<Int64> {
    let hours = random.logNormal(median: dose.medianHours, spread: 1.4)
    let longest = Double(OutagePlan.longestMs)
    let length = Int64(min(max(hours * 3_600_000, Double(atLeast)), longest))
    let start = span.lowerBound + Int64(random.unit() * Double(span.upperBound - span.lowerBound))
    return start..<(start + length)
  }

  private func storeSizes() -> [Double] {
    var sizes = [Double](repeating: 1, count: data.stores.count)
    for store in data.baskets.stores { sizes[Int(store)] += 1 }
    return sizes
  }

  /// The stores in a random order in which a store of four times the trade is twice as likely to stand first.
  private mutating func drawStores(_ sizes: [Double]) -> [Int] {
    let keys = sizes.map { random.exponential() / $0.squareRoot() }
    return data.stores.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
  }
}
