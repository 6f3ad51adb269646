import Loyalty
import Seeds
import SyncProtocol
import Testing

struct CouponLives {
  private static let users: [CouponUse] = [
    .sale(SaleID(high: 0, low: 1)), .sale(SaleID(high: 0, low: 2)), .order(OrderID(high: 0, low: 1)),
  ]

  /// The life from its words: looks up everything in the list of what has happened so far.
  private struct Model {
    let expiresAt: Int64?
    let transferable: Bool
    var log: [CouponLife.Event] = []
    var isExpired = false

    private func last(_ isIt: (CouponLife.Event) -> Bool) -> Int { log.lastIndex(where: isIt) ?? -1 }

    func holder(at now: Int64) -> CouponUse? {
      let ended = last { if case .unlock = $0 { true } else if case .redeem = $0 { true } else { false } }
      let locked = last { if case .lock = $0 { true } else { false } }
      guard locked > ended, case .lock(let until, let user) = log[locked] else { return nil }
      return until.ms > now ? user : nil
    }

    private var redeemed: Int { last { if case .redeem = $0 { true } else { false } } }
    private var reversed: Int { last { if case .reverse = $0 { true } else { false } } }
    private var reissued: Int { last { $0 == .reissue } }

    private var isOver: Bool {
      isExpired || log.contains { if case .transfer = $0 { true } else { $0 == .void } }
    }

    private func isFree(at now: Int64) -> Bool {
      !isOver && redeemed <= reversed && reversed <= reissued && holder(at: now) == nil
    }

    func isDue(at now: Int64) -> Bool { isFree(at: now) && expiresAt.map { $0 <= now } ?? false }

    func allows(_ event: CouponLife.Event, at now: Int64) -> Bool {
      let isUsable = isFree(at: now) && expiresAt.map { now < $0 } ?? true
      switch event {
      case .lock(let until, _): return isUsable && until.ms > now
      case .unlock(let user): return holder(at: now) == user
      case .redeem(let user): return isUsable || holder(at: now) == user
      case .reverse(let user): return redeemed > reversed && log[redeemed] == .redeem(by: user)
      case .reissue: return reversed > reissued
      case .tick: return true
      case .void: return isFree(at: now)
      case .transfer: return isUsable && transferable
      }
    }
  }

  private func event(_ samples: inout Samples, at now: Int64) -> CouponLife.Event {
    let user = samples.oneOf(Self.users)
    return switch samples.number(0...19) {
    case 0...4: .lock(until: Timestamp(ms: now + samples.number(0...6)), by: user)
    case 5...7: .unlock(by: user)
    case 8...11: .redeem(by: user)
    case 12...14: .reverse(by: user)
    case 15, 16: .reissue
    case 17: .tick
    case 18: samples.number(0...3) == 0 ? .void : .tick
    default: samples.number(0...3) == 0 ? .transfer(to: MemberID(high: 0, low: 9)) : .reissue
    }
  }

  private func life(_ samples: inout Samples) -> CouponLife {
    CouponLife(
      expiresAt: samples.maybe { Timestamp(ms: $0.number(1...60)) }, transferable: samples.flag())
  }

  @Test func `a coupon lives as the list of what happened to it says, and what is refused changes nothing`() {
    forAll(20_000) { (samples: inout Samples) in
      var life = life(&samples)
      var model = Model(expiresAt: life.expiresAt?.ms, transferable: life.transferable)
      var now: Int64 = 0
      for _ in 0..<30 {
        now += samples.number(0...3)
        let (event, before) = (event(&samples, at: now), life)
        do {
          _ = try life.handle(event, at: Timestamp(ms: now))
          guard model.allows(event, at: now) else { return false }
          if event == .tick { model.isExpired = model.isExpired || model.isDue(at: now) }
          model.log.append(event)
        } catch {
          guard !model.allows(event, at: now), life == before else { return false }
        }
        guard (life.state == .expired) == model.isExpired else { return false }
      }
      return true
    }
  }

  @Test func `a coupon is redeemed once, and again only after it came back (C1)`() {
    forAll { (samples: inout Samples) in
      var life = life(&samples)
      var (now, used): (Int64, [CouponUse]) = (0, [])
      for _ in 0..<40 {
        now += samples.number(0...2)
        let event = event(&samples, at: now)
        for effect in (try? life.handle(event, at: Timestamp(ms: now))) ?? [] {
          if case .redeemed(let user) = effect { used.append(user) }
          if effect == .reversed { used.removeLast() }
        }
        guard used.count <= 1 else { return false }
        if let user = used.first, life.state != .redeemed(by: user) { return false }
      }
      return true
    }
  }

  @Test func `a lock ends once: by its holder, by its time, or by its holder's use (C5)`() {
    forAll { (samples: inout Samples) in
      var life = life(&samples)
      var now: Int64 = 0
      var open: (user: CouponUse, until: Int64)?
      for step in 0..<41 {
        now += step == 40 ? 1_000 : samples.number(0...3)
        let event = step == 40 ? .tick : event(&samples, at: now)
        for effect in (try? life.handle(event, at: Timestamp(ms: now))) ?? [] {
          switch effect {
          case .locked(let user):
            guard open == nil, case .lock(let until, _) = event else { return false }
            open = (user, until.ms)
          case .freed(let user):
            guard let lock = open, lock.user == user else { return false }
            guard now >= lock.until || event == .unlock(by: user) else { return false }
            open = nil
          case .redeemed(let user):
            guard open.map({ $0.user == user }) ?? true else { return false }
            open = nil
          case .reversed, .reissued, .expired, .voided, .transferred: break
          }
        }
      }
      return open == nil
    }
  }

  @Test func `each refusal has its own code`() throws {
    let codes = CouponLifeFault.allCases.map(\.code)
    #expect(Set(codes).count == codes.count && codes.allSatisfy { $0.hasPrefix("coupon_") })
    var life = CouponLife(expiresAt: Timestamp(ms: 50))
    let (mine, other) = (Self.users[0], Self.users[2])
    _ = try life.handle(.lock(until: Timestamp(ms: 60), by: mine), at: Timestamp(ms: 10))
    func refusal(_ event: CouponLife.Event, at ms: Int64) -> CouponLifeFault? {
      var copy = life
      do {
        _ = try copy.handle(event, at: Timestamp(ms: ms))
        return nil
      } catch { return error }
    }
    #expect(refusal(.redeem(by: other), at: 59) == .lockedByOther)
    #expect(refusal(.unlock(by: other), at: 59) == .lockedByOther)
    #expect(refusal(.void, at: 59) == .lockedByOther)
    #expect(refusal(.redeem(by: mine), at: 59) == nil)
    #expect(refusal(.redeem(by: mine), at: 60) == .expired)
    #expect(refusal(.unlock(by: mine), at: 60) == .notLocked)
    #expect(try life.handle(.tick, at: Timestamp(ms: 60)) == [.freed(by: mine), .expired])
    #expect(refusal(.lock(until: Timestamp(ms: 99), by: mine), at: 61) == .expired)
    life = CouponLife()
    #expect(refusal(.lock(until: Timestamp(ms: 5), by: mine), at: 5) == .lockInThePast)
    #expect(refusal(.transfer(to: MemberID(high: 0, low: 1)), at: 5) == .notTransferable)
    _ = try life.handle(.redeem(by: mine), at: Timestamp(ms: 5))
    #expect(refusal(.redeem(by: mine), at: 5) == .redeemed)
    #expect(refusal(.reverse(by: other), at: 5) == .redeemedByOther)
    #expect(refusal(.reissue, at: 5) == .notReversed)
  }
}
