/// What a commit to a file promises when the power fails the moment after it.
public enum Durability: Sendable {
  /// The commit is still there: for anything a customer or a till was told (`synchronous = FULL`).
  case acknowledged
  /// The file stays consistent but the last commits may be gone: for what can be fetched or computed
  /// again (`synchronous = NORMAL`).
  case rebuildable

  /// The value of `PRAGMA synchronous`.
  var synchronous: Int {
    switch self {
    case .acknowledged: 2
    case .rebuildable: 1
    }
  }
}
