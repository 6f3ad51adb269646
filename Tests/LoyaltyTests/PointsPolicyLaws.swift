import Foundation
import Loyalty
import Seeds
import SyncProtocol
import Testing

struct PointsPolicyLaws {
  @Test func `points come back to their own lots, or for a grace once those have expired (P5)`() {
    forAll { (samples: inout Samples) in
      var rulebook = samples.rulebook()
      let sale = samples.sale(rulebook.quote(samples.cart()))
      let grace = samples.maybe { Int($0.number(1...30)) }
      rulebook.points.restore = grace.map { .grace(days: $0) } ?? .stayExpired
      let ends = sale.spent.map(\.lot.expiresOn).filter { $0 != .never }
      let day =
        samples.flag() && !ends.isEmpty
        ? samples.oneOf(ends) : Day(Samples.today.number + Int32(samples.number(0...450)))
      let soFar = ReturnedSoFar(lines: sale.lines.count)
      let back = try rulebook.effects(of: sale.everything, from: sale, after: soFar, on: day).restored
      guard back.reduce(.zero, { $0 + $1.points }) == sale.pointsSpent else { return false }
      return zip(back, sale.spent.reversed()).allSatisfy { back, spent in
        guard back.owner == spent.owner, back.lot.availableFrom == spent.lot.availableFrom else {
          return false
        }
        let hasExpired = spent.lot.expiresOn <= day
        guard let grace, hasExpired else {
          return back.lot == spent.lot && back.lot.isActive(on: day) == !hasExpired
        }
        let last = Day(day.number + Int32(grace) - 1)
        return back.lot.isActive(on: day) && back.lot.isActive(on: last)
          && !back.lot.isActive(on: Day(last.number + 1))
      }
    }
  }

  @Test func `returned in pieces on different days, each piece's points are looked at on its day (P5, P6)`() {
    forAll { (samples: inout Samples) in
      var rulebook = samples.rulebook()
      rulebook.points.restore = .grace(days: 10)
      let sale = samples.sale(rulebook.quote(samples.cart(lines: 2...4)))
      var soFar = ReturnedSoFar(lines: sale.lines.count)
      var restored: [MemberID: Points] = [:]
      var day = Samples.today
      for line in sale.everything {
        day = Day(day.number + Int32(samples.number(0...200)))
        let effects = try rulebook.effects(of: [line], from: sale, after: soFar, on: day)
        for amount in effects.restored {
          restored[amount.owner, default: .zero] += amount.points
          // Nothing comes back that could not be spent on that day.
          if amount.lot.expiresOn <= day { return false }
        }
        soFar.add(
          SaleReturn(
            id: samples.id(), sale: sale.id, businessTime: sale.businessTime, member: sale.member,
            isVoid: false, lines: [line], net: effects.net, refund: effects.refund,
            restored: effects.restored, clawedBack: [], debt: effects.clawback, coupons: effects.coupons,
            requestDigest: 0))
      }
      var spent: [MemberID: Points] = [:]
      for amount in sale.spent { spent[amount.owner, default: .zero] += amount.points }
      return restored == spent && soFar.clawedBack == sale.earned
    }
  }

  private func policy(_ samples: inout Samples) -> ShortagePolicy {
    samples.oneOf([
      .debt, .loss, .debtUpTo(.zero), .debtUpTo(Points(samples.number(0...300))),
      .debtUpTo(Points(Limits.movementPoints)),
    ])
  }

  @Test func `what a return takes back is clawed back, owed or written off, and each has its row (P7)`() {
    forAll { (samples: inout Samples) in
      var rulebook = samples.rulebook()
      rulebook.points.shortage = policy(&samples)
      let sale = samples.sale(rulebook.quote(samples.cart(lines: 0...0)))
      let held = samples.standing().held
      // Of the member's, at other stores and at headquarters; some of it pending or expired.
      let elsewhere = samples.standing().held
      let wanted = Points(samples.number(0...600))
      let owed = Points(samples.number(0...400))
      let clawback = rulebook.clawback(
        wanted, earnedIn: sale.earnedLot, from: held, known: held + elsewhere, owed: owed, on: Samples.today)
      let debtor = MemberID(high: 9, low: 9)
      var origin = MovementOrigin(
        node: NodeID(3), epoch: 1, seq: JournalSeq(5), businessTime: Samples.noon, rulebook: 1)
      let rows = clawback.movements(debtor: debtor, &origin)
      let taken = rows.filter { $0.kind == .clawback }.reduce(Int64(0)) { $0 - $1.points.count }
      let debt = rows.filter { $0.kind == .debt }.reduce(Int64(0)) { $0 + $1.debt.count }
      let loss = rows.filter { $0.kind == .loss }.reduce(Int64(0)) { $0 - $1.debt.count }
      guard clawback.points == wanted, taken + debt == wanted.count, rows.allSatisfy({ $0.fault == nil })
      else {
        return false
      }
      guard loss == clawback.shortage.loss.count, debt - loss == clawback.shortage.debt.count else {
        return false
      }
      guard Set(rows.map(\.id)).count == rows.count else { return false }
      // Point by point: what they still have somewhere, when older debts are paid, is not short.
      var (left, short) = (-owed.count - taken, debt)
      for amount in held + elsewhere where Samples.today < amount.lot.expiresOn {
        left += amount.points.count
      }
      while short > 0, left > 0 { (short, left) = (short - 1, left - 1) }
      switch rulebook.points.shortage {
      case .debt: return loss == 0
      case .loss: return loss == short
      case .debtUpTo(let limit):
        let after = owed.count + short - loss
        // Above the limit only who was there before; and nothing is written off that could be owed.
        return loss <= short && after <= max(limit.count, owed.count) && (loss == 0 || after >= limit.count)
      }
    }
  }

  @Test func `the limit of a debt counts what is owed already`() {
    func shortage(_ policy: ShortagePolicy, _ missing: Int64, owed: Int64) -> [Int64] {
      let shortage = policy.shortage(of: Points(missing), owed: Points(owed))
      return [shortage.debt.count, shortage.loss.count]
    }
    #expect(shortage(.debt, 100, owed: 1_000) == [100, 0])
    #expect(shortage(.loss, 100, owed: 0) == [0, 100])
    #expect(shortage(.debtUpTo(Points(150)), 100, owed: 0) == [100, 0])
    #expect(shortage(.debtUpTo(Points(150)), 100, owed: 90) == [60, 40])
    #expect(shortage(.debtUpTo(Points(150)), 100, owed: 150) == [0, 100])
    #expect(shortage(.debtUpTo(Points(150)), 100, owed: 200) == [0, 100])
    #expect(shortage(.debtUpTo(Points(150)), 200, owed: -50) == [150, 50])
    #expect(shortage(.debt, -5, owed: 0) == [0, 0])
  }

  @Test func `policies are the same after a way through their document, and default ones are not written`() {
    forAll(2_000) { (samples: inout Samples) in
      var rulebook = samples.rulebook()
      let plain = String(decoding: try rulebook.encoded(), as: UTF8.self)
      rulebook.points.shortage = policy(&samples)
      rulebook.points.restore = samples.flag() ? .stayExpired : .grace(days: Int(samples.number(1...366)))
      rulebook.expiryNoticeDays = samples.oneOf([[], [30, 7], [1]])
      let document = try rulebook.encoded()
      return try Rulebook.decode(document) == rulebook && rulebook.faults().allSatisfy(\.isOfOverlap)
        && !plain.contains("\"points\":{") && !plain.contains("expiryNoticeDays")
    }
  }

  @Test func `policies written by hand are read, and unknown ones are refused`() throws {
    func read(_ text: String) throws -> PointsPolicies {
      try JSONDecoder().decode(PointsPolicies.self, from: Data(text.utf8))
    }
    #expect(try read("{}") == .standard)
    #expect(
      try read(
        """
        {"restore": {"policy": "grace", "days": 30}, "shortage": {"policy": "debtUpTo", "limit": 500}}
        """) == PointsPolicies(restore: .grace(days: 30), shortage: .debtUpTo(Points(500))))
    #expect(try read(#"{"shortage": {"policy": "loss"}}"#) == PointsPolicies(shortage: .loss))
    for wrong in [
      #"{"restore": {"policy": "forget"}}"#, #"{"restore": {"policy": "grace"}}"#,
      #"{"shortage": {"policy": "Debt"}}"#, #"{"shortage": {"policy": "debtUpTo"}}"#, #"{"restore": {}}"#,
    ] {
      #expect(throws: DecodingError.self) { try read(wrong) }
    }
  }

  @Test func `each fault of what happens to points is named by its path`() {
    let faulty: [(String, (inout Rulebook) -> Void)] = [
      ("points.restore.days", { $0.points.restore = .grace(days: 0) }),
      ("points.restore.days", { $0.points.restore = .grace(days: 367) }),
      ("points.shortage.limit", { $0.points.shortage = .debtUpTo(Points(-1)) }),
      ("points.shortage.limit", { $0.points.shortage = .debtUpTo(Points(Limits.movementPoints + 1)) }),
      ("expiryNoticeDays", { $0.expiryNoticeDays = [1, 2, 3, 4, 5, 6] }),
      ("expiryNoticeDays", { $0.expiryNoticeDays = [7, 7] }),
      ("expiryNoticeDays[1]", { $0.expiryNoticeDays = [7, 0] }),
      ("expiryNoticeDays[0]", { $0.expiryNoticeDays = [367] }),
    ]
    for (path, make) in faulty {
      var rulebook = Rulebook.none
      make(&rulebook)
      #expect(rulebook.faults().map(\.path) == [path])
    }
  }
}
