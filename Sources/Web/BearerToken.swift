import HTTPTypes
import Hummingbird
import Loyalty

/// Who calls, as far as a request says it.
public enum BearerToken {
  /// The token of `Authorization: Bearer …`, or a 401.
  public static func from(_ request: Request) throws(Problem) -> String {
    let parts = (request.headers[.authorization] ?? "").split(separator: " ", omittingEmptySubsequences: true)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { throw missing }
    return String(parts[1])
  }

  /// Also for a token that is known to nobody: the two must not be told apart.
  public static let missing = Problem(
    401, "unauthenticated", Words(zh: "需要有效的令牌", en: "a valid bearer token is needed"),
    headers: [(name: "WWW-Authenticate", value: "Bearer")])

  /// Compares two digests in a time that does not tell where they differ.
  public static func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for (one, other) in zip(left, right) { difference |= one ^ other }
    return difference == 0
  }
}
