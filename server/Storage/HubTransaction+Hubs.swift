import Storage
import SyncProtocol

// Several hubs write into one PostgreSQL. Each transaction reads one state of it from beginning to end, and
// whoever changes a row that another has changed since is undone and tried again. What follows makes sure
// that two who decide about the same thing also change the same row.

extension HubTransaction {
  struct Standing: Sendable {
    /// No other hub writes meanwhile.
    var isAlone = true
    /// What breaks a rule of the schema is believed; before, it may be another hub's row that was not seen.
    var believesConstraints = true
  }

  /// Something was decided on what other transactions could be changing without anybody noticing: it is
  /// decided again, alone.
  func requireAlone() throws {
    guard !standing.isAlone else { return }
    isAborted = true
    throw MustBeAlone()
  }

  /// Whether a fault may come from what another hub did meanwhile.
  func mayBeOthers(_ error: any Error) -> Bool {
    error is any RetriableFault || error is BrokenConstraint && !standing.believesConstraints
  }

  /// Everybody of whom a row was touched: their points, coupons and records are decided on together.
  func raiseVersions(of rows: some Sequence<Touched>) throws {
    var members: Set<MemberID> = []
    for row in rows {
      switch row {
      case .member(let id), .account(let id), .holding(let id, _): members.insert(id)
      case .coupon(let id): if let owner = try couponOwner(id) { members.insert(owner) }
      case .position, .rulebook, .allowance, .result: break
      }
    }
    for member in members { members.insert(try root(of: member)) }
    for member in members.sorted() {
      try db.run("UPDATE members SET version = version + 1 WHERE member = ?", [member.bytes])
    }
  }

  /// How much of something scarce is free is decided on all its holdings together.
  func raiseVersion(ofAllowance name: String) throws {
    if db.engine == .sqlite { return }
    try db.run("UPDATE allowances SET version = version + 1 WHERE name = ?", [name])
  }

  /// A phone that nobody has yet: a sale that names it and a member who claims it must not miss each other.
  func raiseVersion(ofPhone key: [UInt8]) throws {
    if db.engine == .sqlite { return }
    try db.run(
      """
      INSERT INTO phones (phone_key, version) VALUES (?, 1)
      ON CONFLICT (phone_key) DO UPDATE SET version = phones.version + 1
      """, [key])
  }

  // MARK: the feed

  /// The one writer of a SQLite file gives its changes their places itself.
  func stampPending() throws {
    var stamp = FeedStamp(db, after: head)
    for change in pendingChanges { try stamp.add(change) }
    changedPartitions = try stamp.finish(atMs: nowMs)
    head = stamp.head
  }

  /// Among several hubs one gives all changes their places, after they are committed.
  func leavePending() throws {
    if pendingChanges.isEmpty { return }
    let rows = try pendingChanges.map { change -> [(any SQLBindable)?] in
      [
        number, nowMs, try Partitions.number(of: change.partition, db), change.bytes,
        change.before.map { Self.bytes($0) }, change.after.map { Self.bytes($0) },
      ]
    }
    _ = try db.insert(
      into: "pending", ["xact", "at_ms", "partition", "change", "before", "after"], rows)
    _ = try db.rows("SELECT pg_notify(?, '')", [FeedStamper.pendingChannel])
  }

  private static func bytes(_ hash: UInt128) -> [UInt8] {
    withUnsafeBytes(of: hash.bigEndian) { Array($0) }
  }
}

/// Thrown where a transaction has to be tried again without any other beside it.
struct MustBeAlone: RetriableFault {}
