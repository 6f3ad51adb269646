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
    try Self.check(request)
    let digest = request.digest
    let elsewhere = isVoid ? nil : known(request.saleId)
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
      let back = try decide(request, id: id, digest: digest, isVoid: isVoid, elsewhere, state)
      try commit(.saleReturn(back), &state)
      return ReturnReceipt(back)
    }
  }

  static func check(_ request: ReturnRequest) throws(TillFault) {
    guard let lines = request.lines else { return }
    guard (1...Limits.saleLines).contains(lines.count) else {
      throw .invalid(field: "lines", reason: "are 1 to \(Limits.saleLines)")
    }
    guard Set(lines.map(\.line)).count == lines.count else {
      throw .invalid(field: "lines", reason: "name each line of the receipt once")
    }
  }

  /// What a return comes to, from the sale as this store or headquarters knows it; nothing is written.
  func decide(
    _ request: ReturnRequest, id: ReturnID, digest: UInt64, isVoid: Bool = false, _ elsewhere: KnownSale?,
    _ state: AgentState
  ) throws -> SaleReturn {
    if let sale = try sale(request.saleId, elsewhere) {
      return try takeBack(
        sale, elsewhere?.returns ?? [], request, id: id, isVoid: isVoid, digest: digest, state)
    }
    if isVoid { throw TillFault.unknownSale }
    return try unresolved(request, id: id, digest: digest, state)
  }

  /// A sale as this store recorded it, or as headquarters knows it.
  func sale(_ id: SaleID, _ elsewhere: KnownSale?) throws -> Sale? {
    if case .sale(let own)? = try journal.entry(reference: id.bytes)?.body { return own }
    return elsewhere?.sale
  }

  /// What headquarters knows of a sale: of another store's everything, of this store's own the returns at
  /// others. Nil while the line is down, and where nobody knows it.
  func known(_ sale: SaleID) -> KnownSale? {
    guard state.withLock({ $0.pacing.isOnline }) else { return nil }
    return try? link.sale(sale)
  }

  /// Money is paid back for a sale that cannot be looked up here; headquarters works out the rest.
  private func unresolved(
    _ request: ReturnRequest, id: ReturnID, digest: UInt64, _ state: AgentState
  ) throws -> SaleReturn {
    guard let refund = request.refund, let lines = request.lines else { throw TillFault.unknownSale }
    guard (0...Limits.lineMinorUnits).contains(refund.minor) else {
      throw TillFault.invalid(field: "refund", reason: "is from 0 to \(Limits.lineMinorUnits)")
    }
    guard lines.allSatisfy({ (0..<Limits.saleLines).contains($0.line) && $0.quantity.milli >= 0 }) else {
      throw TillFault.invalid(
        field: "lines", reason: "name lines of the receipt, and no quantity below nothing")
    }
    return SaleReturn(
      id: id, sale: request.saleId, businessTime: try businessTime(request.businessTime, state),
      member: nil, isVoid: false, lines: lines, net: refund, refund: refund, restored: [], clawedBack: [],
      debt: .zero, coupons: [], requestDigest: digest, isUnresolved: true)
  }

  private func takeBack(
    _ sale: Sale, _ elsewhere: [SaleReturn], _ request: ReturnRequest, id: ReturnID, isVoid: Bool,
    digest: UInt64, _ state: AgentState
  ) throws -> SaleReturn {
    let time = try businessTime(request.businessTime, state)
    let rulebook = state.rulebook(version: sale.rulebook, at: sale.businessTime)
    let day = rulebook.businessDay(time)
    let sold = rulebook.businessDay(sale.businessTime)
    if isVoid, sold != day { throw TillFault.voidTooLate }
    if day < sold {
      throw TillFault.invalid(field: "businessTime", reason: "is not before the day of the sale")
    }
    // The hub's own picture and this store's, each return once.
    let here = try journal.returns(of: sale.id)
    let others = elsewhere.filter { other in !here.contains { $0.id == other.id } }
    let soFar = ReturnedSoFar(sale, here + others)
    let lines = request.lines ?? Self.everythingLeft(of: sale, soFar)
    if lines.isEmpty { throw TillFault.alreadyReturned }
    let effects: ReturnEffects
    do {
      effects = try rulebook.effects(of: lines, from: sale, after: soFar, on: day)
    } catch ReturnFault.unknownLine {
      throw TillFault.invalid(field: "lines", reason: "the receipt has \(sale.lines.count) lines")
    } catch ReturnFault.moreThanSold(let line, let left) {
      throw TillFault.tooMuchReturned(line: line, left: left)
    }
    // Points are taken from what this store holds, the sale's own lot first, and from what goes back
    // to the member with the same return.
    let member = try sale.member.flatMap { try view($0, state) }
    // A sale that named only a phone has its points at headquarters, which takes them back there.
    let isOwned = sale.member != nil || sale.phone != nil
    let clawback = rulebook.clawback(
      isOwned ? effects.clawback : .zero, earnedIn: sale.earnedLot,
      from: (member?.held ?? []) + effects.restored,
      known: (member?.lots ?? sale.earnedWaiting) + effects.restored, owed: member?.debt ?? .zero, on: day)
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
