import SyncProtocol

/// The days on which a member checked in 签到日历. A set: neither the order of arrival nor a day told twice
/// changes it, so records of several stores, or of a merged member, join into one.
public struct CheckInHistory: Hashable, Sendable, Codable {
  /// Rising, each once.
  public private(set) var days: [Day]

  public init(days: some Sequence<Day> = []) { self.days = Set(days).sorted() }

  public mutating func insert(_ day: Day) {
    let index = days.partitioningIndex { $0 >= day }
    if index == days.count || days[index] != day { days.insert(day, at: index) }
  }

  public mutating func merge(_ other: CheckInHistory) {
    if !other.days.isEmpty { self = CheckInHistory(days: days + other.days) }
  }

  public init(from decoder: any Decoder) throws {
    self.init(days: try decoder.singleValueContainer().decode([Day].self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(days)
  }

  /// What each day earns, by the program in force on it; a day without a program counts for the streak only.
  public func results(under program: (Day) -> CheckInProgram?) -> [CheckInResult] {
    var state = CheckInState()
    return days.map { day in
      let result = (program(day) ?? CheckInProgram(points: .zero)).checkIn(state, on: day)
      state = result.state
      return result
    }
  }
}
