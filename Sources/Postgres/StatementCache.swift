/// A statement that the server has prepared for one session.
final class PreparedStatement {
  let name: String
  /// What the server takes its arguments for.
  let types: [WireType]
  fileprivate var lastUse = 0

  init(name: String, types: [WireType]) {
    self.name = name
    self.types = types
  }
}

/// The prepared statements of one session by their text, the least recently used given up for a new one.
struct StatementCache {
  private var statements: [String: PreparedStatement] = [:]
  private var uses = 0
  private var made = 0
  /// Names that the server may forget.
  private(set) var dropped: [String] = []

  mutating func find(_ sql: String) -> PreparedStatement? {
    guard let statement = statements[sql] else { return nil }
    uses += 1
    statement.lastUse = uses
    return statement
  }

  /// No two statements of a session have the same name, whatever became of the first.
  mutating func newName() -> String {
    made += 1
    return "s\(made)"
  }

  mutating func keep(_ statement: PreparedStatement, for sql: String) {
    if statements.count >= PostgresLimits.preparedStatements,
      let oldest = statements.min(by: { $0.value.lastUse < $1.value.lastUse })
    {
      forget(oldest.key)
    }
    uses += 1
    statement.lastUse = uses
    statements[sql] = statement
  }

  mutating func forget(_ sql: String) {
    if let statement = statements.removeValue(forKey: sql) { dropped.append(statement.name) }
  }

  mutating func takeDropped() -> [String] {
    defer { dropped = [] }
    return dropped
  }
}
