import SyncProtocol

/// A member's history as one scheme counts it.
struct TierFigures {
  private let window: TierScheme.Window
  private let joined: Int
  private let months: [Int]
  /// Sums of the months before each, and of all. Only a window's difference is looked at, and that fits.
  private let sums: [Int64]

  init(_ history: MetricHistory, of scheme: TierScheme) {
    window = scheme.window.bounded
    joined = history.joined.monthNumber
    months = history.months.map { Int($0.month) }
    var sums: [Int64] = [0]
    for month in history.months {
      let figure = min(max(scheme.figure(of: month), -Limits.tierFigure), Limits.tierFigure)
      sums.append((sums.last ?? 0) &+ figure)
    }
    self.sums = sums
  }

  /// What the window comes to in a month; below zero when more came back than was bought.
  func figure(in month: Int) -> Int64 {
    switch window {
    case .rolling(let length): sum(month - length + 1, month)
    case .lifetime: through(month)
    case .calendarYear, .anniversary: sum(periodStart(of: month) ?? month, month)
    }
  }

  /// The first month of the period that a month is in; nil where no period ends.
  func periodStart(of month: Int) -> Int? {
    switch window {
    case .rolling: month
    case .calendarYear: month - month.flooredRemainder(by: 12)
    case .anniversary: month - (month - joined).flooredRemainder(by: 12)
    case .lifetime: nil
    }
  }

  func nextPeriod(after month: Int) -> Int? {
    periodStart(of: month).map { window.isRolling ? $0 + 1 : $0 + 12 }
  }

  /// The first month of the time in which a level's entry benefits are given once (law T5). A rolling window
  /// counts in its own lengths from joining: somebody at a threshold may cross it every other month.
  func benefitPeriod(of month: Int) -> Int {
    if case .rolling(let length) = window { return month - (month - joined).flooredRemainder(by: length) }
    return periodStart(of: month) ?? joined
  }

  private func sum(_ first: Int, _ last: Int) -> Int64 { through(last) &- through(first - 1) }

  private func through(_ month: Int) -> Int64 { sums[months.partitioningIndex { $0 > month }] }
}

extension TierScheme {
  fileprivate func figure(of month: MonthSum) -> Int64 {
    switch metric {
    case .spend: returns == .reduce ? month.spend.minor : month.grossSpend.minor
    case .count: month.count
    case .growth: month.growth
    case .paid: 0
    }
  }

  /// The highest level that a figure reaches; -1 for none. More returned than bought counts as nothing, so
  /// that nobody loses the level that everybody has.
  func reached(by figure: Int64) -> Int { levels.lastIndex { $0.threshold <= max(0, figure) } ?? -1 }
}

extension TierScheme.Window {
  var isRolling: Bool { if case .rolling = self { true } else { false } }

  /// A document that never passed its checks does not overflow either.
  fileprivate var bounded: TierScheme.Window {
    guard case .rolling(let months) = self else { return self }
    return .rolling(months: min(max(1, months), Limits.tierWindowMonths))
  }
}
