import Loyalty
import SyncProtocol

/// What this store's sales risked while its line was down 断网风险. Every sale says it of itself, so the journal
/// alone tells it again after a restart. What comes back gives nothing of a cap back.
public struct RiskBook: Hashable, Sendable {
  private struct Item: Hashable, Sendable {
    let seq: JournalSeq
    let member: MemberID?
    let day: Day
    let risked: Money
  }

  private var items: [Item] = []
  /// The first business day of which it knows every sale.
  public let since: Day

  public init(since: Day) { self.since = since }

  public mutating func add(_ sale: Sale, at seq: JournalSeq, on day: Day) {
    let risked = sale.risked
    if risked > .zero { items.append(Item(seq: seq, member: sale.member, day: day, risked: risked)) }
  }

  /// `records` are a person's; `received` is how much of the journal headquarters has confirmed: an outage is
  /// over when it has heard of everything.
  public func taken(
    by records: Set<MemberID> = [], on day: Day, after received: JournalSeq
  ) -> RiskTaken {
    var (ofMember, inOutage) = (Money.zero, Money.zero)
    for item in items {
      if item.day == day, let member = item.member, records.contains(member) { ofMember += item.risked }
      if item.seq > received { inOutage += item.risked }
    }
    return RiskTaken(byMemberToday: ofMember, inOutage: inOutage)
  }
}
