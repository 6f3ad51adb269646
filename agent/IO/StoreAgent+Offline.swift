import AgentCore
import Loyalty
import SyncProtocol
import Synchronization

/// What the store does beyond what it holds while its line is down 离线策略.
extension StoreAgent {
  /// Nil while the line is up: then headquarters is asked.
  func leeway(
    of member: MemberView?, on day: Day, _ rulebook: Rulebook, _ state: inout AgentState
  ) throws -> OfflineLeeway? {
    if state.pacing.isOnline { return nil }
    guard let member, rulebook.offline.takesRisk else {
      return OfflineLeeway(rulebook.offline, after: RiskTaken())
    }
    let records = Set(try replica.read { try $0.records(of: member.id).map(\.id) })
    let received = state.received
    let taken = try risk(since: day, &state).taken(by: records, on: day, after: received)
    return OfflineLeeway(rulebook.offline, after: taken)
  }

  /// Points that are only spent with the line up are not spent on goods of the mall or in draws either.
  func requireLineForPoints(_ rulebook: Rulebook, _ state: AgentState) throws(TillFault) {
    if rulebook.offline.points == .online, !state.pacing.isOnline {
      throw .refused(RuleOutcome(rule: "points", code: "points_need_line"))
    }
  }

  func offlineRisk(at now: Timestamp, _ state: inout AgentState) throws -> AgentStatus.OfflineRisk? {
    let rulebook = state.rulebook(at: now)
    guard rulebook.offline.takesRisk, let cap = rulebook.offline.perStoreOutage else { return nil }
    let day = rulebook.businessDay(now)
    let received = state.received
    return AgentStatus.OfflineRisk(
      taken: try risk(since: day, &state).taken(on: day, after: received).inOutage, cap: cap)
  }

  /// Counted from the journal when it is first asked for, and kept up by `commit` from then on: a process
  /// that was killed forgets no risk.
  private func risk(since day: Day, _ state: inout AgentState) throws -> RiskBook {
    if let known = state.risk, known.since <= day { return known }
    var book = RiskBook(since: day)
    let (received, offset) = (state.received, state.rulebooks.last?.utcOffsetMinutes ?? 0)
    try journal.forEachSaleBackwards { sale, seq in
      // Tills may put a sale in a day late.
      let isLate = sale.businessTime.day(utcOffsetMinutes: offset) < Day(day.number - 1)
      if isLate, seq <= received { return false }
      let rulebook = state.rulebook(version: sale.rulebook, at: sale.businessTime)
      book.add(sale, at: seq, on: rulebook.businessDay(sale.businessTime))
      return true
    }
    state.risk = book
    return book
  }
}
