/// Which of two member records for one person stands, and which becomes an alias (law I1).
/// A pure order over the records, so every order of arrival ends with the same winner.
public struct IdentityRank: Hashable, Comparable, Sendable {
  public let isVerified: Bool
  public let enrolledAt: HybridTime
  public let member: MemberID

  public init(isVerified: Bool, enrolledAt: HybridTime, member: MemberID) {
    self.isVerified = isVerified
    self.enrolledAt = enrolledAt
    self.member = member
  }

  /// Verified before unverified, then the earlier, then the lower id: the lesser wins.
  public static func < (a: IdentityRank, b: IdentityRank) -> Bool {
    (a.isVerified ? 0 : 1, a.enrolledAt, a.member) < (b.isVerified ? 0 : 1, b.enrolledAt, b.member)
  }
}
