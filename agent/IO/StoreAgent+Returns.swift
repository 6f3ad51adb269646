import AgentCore
import Foundation
import Loyalty
import SyncProtocol
import Synchronization

extension StoreAgent {
  /// Goods of a sale come back, all or some. However the goods are split over returns, the sums are the same.
  public func takeBack(_ request: ReturnRequest, key: String? = nil) throws -> ReturnReceipt {
    try takeBack(request, key: key, isVoid: false)
  }

  /// Undoes a whole sale on its own business day.
  public func void(_ sale: SaleID, _ request: VoidRequest = VoidRequest()) throws -> ReturnReceipt {
    let whole = ReturnRequest(
      returnId: ReturnID(derivedFrom: "void/\(sale)"), saleId: sale, businessTime: request.businessTime)
    return try takeBack(whole, key: nil, isVoid: true)
  }

  private func takeBack(_ request: ReturnRequest, key: String?, isVoid: Bool) throws -> ReturnReceipt {
    if let lines = request.lines, !(1...Limits.saleLines).contains(lines.count) {
      throw TillFault.invalid(field: "lines", reason: "1 to \(Limits.saleLines) of them")
    }
    let digest = request.digest
    return try state.withLock { state in
      let identity = try identity(state)
      let id =
        request.returnId ?? key.map { ReturnID(derivedFrom: "return/\(identity.store)/\($0)") }
        ?? newID(state)
      if let known = try journal.entry(reference: id.bytes) {
        guard case .saleReturn(let before) = known.body, before.sale == request.saleId,
          isVoid || before.requestDigest == digest
        else { throw TillFault.conflictingRepeat }
        return ReturnReceipt(before)
      }
      guard case .sale(let sale)? = try journal.entry(reference: request.saleId.bytes)?.body else {
        throw TillFault.unknownSale
      }
      let back = try takeBack(sale, request, id: id, isVoid: isVoid, digest: digest, state)
      _ = try commit(.saleReturn(back), &state)
      return ReturnReceipt(back)
    }
  }

  private func takeBack(
    _ sale: Sale, _ request: ReturnRequest, id: ReturnID, isVoid: Bool, digest: UInt64, _ state: AgentState
  ) throws -> SaleReturn {
    let time = request.businessTime ?? Timestamp(ms: nowMs(state))
    let rulebook = state.rulebook(version: sale.rulebook, at: sale.businessTime)
    let day = rulebook.businessDay(time)
    if isVoid, rulebook.businessDay(sale.businessTime) != day { throw TillFault.voidTooLate }
    let soFar = ReturnedSoFar(sale, try journal.returns(of: sale.id))
    let lines = request.lines ?? Self.everythingLeft(of: sale, soFar)
    if lines.isEmpty { throw TillFault.alreadyReturned }
    let effects: ReturnEffects
    do {
      effects = try rulebook.effects(of: lines, from: sale, after: soFar, on: day)
    } catch ReturnFault.unknownLine(let line) {
      throw TillFault.invalid(field: "lines", reason: "the sale has no line \(line)")
    } catch ReturnFault.moreThanSold(let line, let left) {
      throw TillFault.tooMuchReturned(line: line, left: left)
    }
    // Points are taken from what this store holds, the sale's own lot first, and from what goes back
    // to the member with the same return.
    let member = try sale.member.flatMap { try view($0, state) }
    // A sale that named only a phone has its points at headquarters, which takes them back there.
    let wanted = sale.member == nil && sale.phone == nil ? .zero : effects.clawback
    let clawback = rulebook.clawback(
      wanted, of: sale, from: (member?.held ?? []) + effects.restored, owed: member?.debt ?? .zero, on: day)
    return SaleReturn(
      id: id, sale: sale.id, businessTime: time, member: sale.member, isVoid: isVoid, lines: lines,
      net: effects.net,
      refund: effects.refund, restored: effects.restored, clawedBack: clawback.taken,
      debt: clawback.shortage.debt, loss: clawback.shortage.loss, coupons: effects.coupons,
      requestDigest: digest, growth: effects.growth)
  }

  private static func everythingLeft(of sale: Sale, _ soFar: ReturnedSoFar) -> [ReturnedLine] {
    let left = zip(sale.lines, soFar.quantities).map { $0.quantity.milli - $1 }
    guard left.contains(where: { $0 > 0 }) || soFar.quantities.allSatisfy({ $0 == 0 }) else { return [] }
    return left.enumerated().filter { $1 > 0 || sale.lines[$0].quantity.milli == 0 }
      .map { ReturnedLine(line: $0.offset, quantity: Quantity(milli: $0.element)) }
  }
}
