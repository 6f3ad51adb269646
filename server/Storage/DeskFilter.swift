import Loyalty
import Storage
import SyncProtocol

/// Which rows of a list of the desk are wanted: every list has the same.
public struct DeskFilter: Hashable, Sendable {
  /// What a store has to do with.
  public var node: NodeID?
  /// The first and the last business day on which the row came.
  public var from: Day?
  public var to: Day?
  /// Nil for every state.
  public var state: String?
  /// Behind the row of this number; the newest come first.
  public var before: Int64?

  public init(
    node: NodeID? = nil, from: Day? = nil, to: Day? = nil, state: String? = nil, before: Int64? = nil
  ) {
    (self.node, self.from, self.to, self.state, self.before) = (node, from, to, state, before)
  }
}

/// Conditions of a statement, put together with their arguments.
struct DeskConditions {
  private var clauses: [String] = []
  private(set) var arguments: [(any SQLBindable)?] = []

  mutating func add(_ clause: String, _ values: (any SQLBindable)?...) {
    clauses.append(clause)
    arguments += values
  }

  var sql: String { clauses.isEmpty ? "" : "WHERE " + clauses.joined(separator: " AND ") }
}

extension HubTransaction {
  /// State, time and page of a filter; which store is each list's own.
  func conditions(_ filter: DeskFilter) throws -> DeskConditions {
    var conditions = DeskConditions()
    let rulebook = try rulebook(at: Timestamp(ms: nowMs))
    func midnight(_ day: Int64) -> Int64 { day * 86_400_000 - Int64(rulebook.utcOffsetMinutes) * 60_000 }
    if let from = filter.from { conditions.add("at_ms >= ?", midnight(Int64(from.number))) }
    if let to = filter.to { conditions.add("at_ms < ?", midnight(Int64(to.number) + 1)) }
    if let state = filter.state { conditions.add("state = ?", state) }
    if let before = filter.before { conditions.add("number < ?", before) }
    return conditions
  }
}

/// A page of a list of the desk, the newest first.
public struct DeskPage<Row: Codable & Sendable>: Codable, Sendable {
  public let rows: [Row]
  /// Send it back as `cursor` for the next page; nil at the end.
  public let nextCursor: String?

  init(_ rows: [Row], number: KeyPath<Row, Int64>) {
    self.rows = rows
    nextCursor = rows.count < DeskLimits.page ? nil : rows.last.map { String($0[keyPath: number]) }
  }
}

/// Why somebody decides so, for the audit log.
public struct DeskReason: Hashable, Sendable, Codable {
  public let reason: String

  public init(_ reason: String) { self.reason = reason }

  func require() throws {
    guard (1...Limits.textLength).contains(reason.count), !reason.allSatisfy(\.isWhitespace) else {
      throw HubFault.invalid(field: "reason", reason: "has 1 to \(Limits.textLength) characters")
    }
  }
}
