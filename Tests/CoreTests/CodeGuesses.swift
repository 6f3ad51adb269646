import Seeds
import ServerCore
import SyncProtocol
import Testing

/// Who may try codes, over any pattern of right and wrong ones.
struct CodeGuesses {
  /// From the law's words: so many tries at once, and one more after each interval, for each who tries. Kept
  /// as the time that somebody has saved up.
  private struct Saver {
    let tries: Int64
    let intervalMs: Int64
    var savedMs: Int64
    var seenMs: Int64 = 0

    init(_ tries: Int64, _ intervalMs: Int64) {
      (self.tries, self.intervalMs, savedMs) = (tries, intervalMs, tries * intervalMs)
    }

    mutating func wait(until now: Int64) -> Int64 {
      savedMs = min(tries * intervalMs, savedMs + now - seenMs)
      seenMs = now
      return max(0, intervalMs - savedMs)
    }

    mutating func take() { savedMs -= intervalMs }
    mutating func giveBack() { savedMs = min(tries * intervalMs, savedMs + intervalMs) }
  }

  private struct Try {
    let member: MemberID
    let caller: String
    let isRight: Bool
  }

  private static let members = (0..<4).map { MemberID(high: 0, low: $0) }
  private static let callers = ["app", "till"]

  private func pause(_ samples: inout Samples) -> Int64 {
    samples.oneOf([
      0, 0, 0, 0, 0, 1, samples.number(0...999), samples.number(0...CouponLimits.callerGuessMs * 2),
      samples.number(0...19) == 0 ? CouponLimits.memberGuessMs : CouponLimits.callerGuessMs,
      samples.number(0...19) == 0 ? samples.number(0...CouponLimits.memberGuessMs * 3) : 0,
    ])
  }

  @Test func `right and wrong codes in any pattern are let through and held back as the law says (C4)`() {
    var (passed, held) = (0, 0)
    forAll { (samples: inout Samples) in
      var throttle = ClaimThrottle()
      var ofMember = Dictionary(
        uniqueKeysWithValues: Self.members.map {
          ($0, Saver(CouponLimits.memberGuesses, CouponLimits.memberGuessMs))
        })
      var ofCaller = Dictionary(
        uniqueKeysWithValues: Self.callers.map {
          ($0, Saver(CouponLimits.callerGuesses, CouponLimits.callerGuessMs))
        })
      // Tries of which nobody knows yet whether they are right.
      var open: [Try] = []
      var now = samples.number(1...1 << 40)
      let shareOfRight = samples.number(0...3)
      for _ in 0..<samples.number(1...150) {
        now += pause(&samples)
        if samples.flag(), let known = open.popLast() {
          guard known.isRight else { continue }
          throttle.succeeded(known.member, by: known.caller)
          ofMember[known.member]?.giveBack()
          ofCaller[known.caller]?.giveBack()
          continue
        }
        let one = Try(
          member: samples.oneOf(Self.members), caller: samples.oneOf(Self.callers),
          isRight: samples.number(0...3) < shareOfRight)
        let waits = [ofMember[one.member]?.wait(until: now), ofCaller[one.caller]?.wait(until: now)]
        let wait = waits.compactMap { $0 }.max() ?? 0
        guard throttle.begin(one.member, by: one.caller, nowMs: now) == (wait > 0 ? wait : nil) else {
          return false
        }
        if wait > 0 {
          held += 1
          continue
        }
        passed += 1
        ofMember[one.member]?.take()
        ofCaller[one.caller]?.take()
        open.append(one)
      }
      return true
    }
    #expect(passed > 100_000 && held > 10_000)
  }

  @Test func `in no span of time do more wrong codes pass than were saved up and are due in it (C4)`() {
    forAll { (samples: inout Samples) in
      var throttle = ClaimThrottle()
      var wrong: [(ms: Int64, guess: Try)] = []
      var now: Int64 = 1_000_000
      for _ in 0..<samples.number(20...60) {
        now += samples.oneOf([0, 0, samples.number(0...CouponLimits.memberGuessMs)])
        let one = Try(
          member: Self.members[Int(samples.number(0...1))], caller: Self.callers[0],
          isRight: samples.number(0...3) == 0)
        guard throttle.begin(one.member, by: one.caller, nowMs: now) == nil else { continue }
        if one.isRight {
          throttle.succeeded(one.member, by: one.caller)
        } else {
          wrong.append((now, one))
        }
      }
      return Self.members.allSatisfy { member in
        let times = wrong.filter { $0.guess.member == member }.map(\.ms)
        return times.indices.allSatisfy { first in
          times.indices[first...].allSatisfy { last in
            Int64(last - first + 1)
              <= CouponLimits.memberGuesses + (times[last] - times[first]) / CouponLimits.memberGuessMs
          }
        }
      }
    }
  }

  @Test func `whoever brings right codes only is never held back (C4)`() {
    forAll { (samples: inout Samples) in
      var throttle = ClaimThrottle()
      var now: Int64 = 1_000
      for _ in 0..<60 {
        now += pause(&samples)
        let (member, caller) = (samples.oneOf(Self.members), samples.oneOf(Self.callers))
        guard throttle.begin(member, by: caller, nowMs: now) == nil else { return false }
        throttle.succeeded(member, by: caller)
      }
      return true
    }
  }
}
