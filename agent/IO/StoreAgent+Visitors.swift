import AgentCore
import Foundation
import Loyalty
import SyncProtocol
import Synchronization

/// Customers of other regions 外区会员: while the line is up, whoever this store does not know is asked for once,
/// and their rows join the store's own partition.
extension StoreAgent {
  /// Before a till's request that names somebody. Does nothing where the store carries everybody, knows them,
  /// or has no line.
  func meet(phone text: String) throws {
    guard let phone = PhoneNumber(text) else { return }
    try meet(.phoneKey) { state in
      try find(phone: phone.text, state) == nil ? state.phoneKey(phone.text)?.bytes : nil
    }
  }

  func meet(card: String) throws {
    try meet(.card) { try find(card: card, $0) == nil ? Array(card.utf8) : nil }
  }

  func meet(code text: String) throws {
    guard let code = ShortCode(text) else { return }
    try meet(.code) { try find(code: code, $0) == nil ? code.bytes : nil }
  }

  func meet(_ member: MemberID) throws {
    try meet(.member) { try view(member, $0) == nil ? member.bytes : nil }
  }

  func meet(whoever request: SaleRequest) throws {
    if let member = request.memberId {
      try meet(member)
    } else if let phone = request.phone {
      try meet(phone: phone)
    }
  }

  private func meet(_ kind: IdentifyRequest.Kind, _ stranger: (AgentState) throws -> [UInt8]?) throws {
    let value = try state.withLock { state -> [UInt8]? in
      guard state.identity?.hasVisitors == true, state.pacing.isOnline, state.halted == nil else {
        return nil
      }
      return try stranger(state)
    }
    guard let value, let cursor = try replica.read({ try $0.cursor() }) else { return }
    let started = environment.monotonicMs()
    do {
      let page = try link.identify(IdentifyRequest(cursor: cursor, kind: kind, value: value))
      let isNext = try take(page, roundTripMs: environment.monotonicMs() - started)
      if !isNext || page.to != page.head { _ = pull() }
    } catch HubFault.refused(404, _, _, _) {
      // Nobody knows them: they may become a member here.
    } catch {
      failed(error)
    }
  }
}
