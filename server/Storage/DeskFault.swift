import SyncProtocol

/// Why the desk for exceptions refuses; codes are stable.
public enum DeskFault: Error, Hashable, Sendable {
  case unknownEntry
  case unknownConflict
  case unknownDuplicate
  /// It has been decided already: what it is now.
  case decided(state: String)
  /// A later entry of the same store wrote what this one would write.
  case contradicted
  /// The value stands as it is.
  case valueStands
  /// Both are one person already.
  case samePerson
  /// The record was merged into no other.
  case notMerged
  /// More merges behind each other than every store follows.
  case mergesTooDeep
}

/// Bounds of the desk.
public enum DeskLimits {
  /// Rows of a page: what fits on some screens.
  public static let page = 200
  /// Entries of one member that one request tries again: a waiting store waits for no more.
  public static let retriedAtATime = 500
  /// Merges behind each other. Stores follow sixteen; what they cannot follow would look like two people.
  public static let mergeDepth = 16
}
