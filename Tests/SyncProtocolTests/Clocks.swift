import Seeds
import SyncProtocol
import Testing

struct Clocks {
  @Test func `times only go forward, whatever the physical clock does and whatever is heard`() {
    forAll { (samples: inout Samples) in
      var clock = HybridClock(last: HybridTime(packed: UInt64(samples.number(0...1 << 40))))
      var physical = Int64(samples.number(0...1 << 41))
      var (last, newest) = (clock.last, max(clock.last, HybridTime(ms: physical)))
      for _ in 0..<30 {
        physical += Int64(samples.number(-50_000...50_000)) * Int64(samples.number(0...1))
        newest = max(newest, HybridTime(ms: physical))
        if samples.flag() {
          let seen = HybridTime(ms: physical + Int64(samples.number(-1_000...1_000)), counter: .max)
          clock.observe(seen)
          (last, newest) = (max(last, seen), max(newest, seen))
        }
        let time = clock.tick(physicalMs: physical)
        guard time > last, time >= HybridTime(ms: physical) else { return false }
        // Never further ahead of every clock it knows than the ticks it gave out.
        guard time.packed <= newest.packed + 31 else { return false }
        last = time
      }
      return true
    }
  }

  @Test func `no physical clock and no time heard can stop a clock or crash it`() {
    forAll { (samples: inout Samples) in
      var clock = HybridClock()
      var last = clock.last
      for _ in 0..<10 {
        clock.observe(samples.hybridTime())
        clock.observe(HybridTime(packed: .max))
        let time = clock.tick(physicalMs: samples.int())
        guard time > last else { return false }
        last = time
      }
      return true
    }
  }

  @Test func `hybrid times sort by milliseconds, then by counter`() {
    forAll { (samples: inout Samples) in
      let (a, b) = (Int64(samples.number(0...3)), Int64(samples.number(0...3)))
      let (x, y) = (UInt16(samples.number(0...2)), UInt16(samples.number(0...2)))
      let (first, second) = (HybridTime(ms: a, counter: x), HybridTime(ms: b, counter: y))
      return (first < second) == ((a, x) < (b, y)) && first.ms == a && first.timestamp == Timestamp(ms: a)
    }
    #expect(HybridTime(ms: -5) == .zero)
    #expect(HybridTime(ms: .max).ms == 1 << 48 - 1)
  }

  @Test func `an agent believes the wall clock until the hub has spoken, and then the hub`() {
    forAll { (samples: inout Samples) in
      let (wall, monotonic) = (Int64(samples.number(0...1 << 42)), Int64(samples.number(0...1 << 40)))
      let (hub, trip) = (Int64(samples.number(0...1 << 42)), Int64(samples.number(0...60_000)))
      let (later, after) = (Int64(samples.number(0...1 << 30)), Int64(samples.number(0...1 << 30)))
      var time = LearnedTime(wallMs: wall, monotonicMs: monotonic)
      let before = time.nowMs(monotonicMs: monotonic + later) == wall + later && !time.isLearned
      time.learn(hubMs: hub, roundTripMs: trip, monotonicMs: monotonic + later)
      return before && time.isLearned
        && time.nowMs(monotonicMs: monotonic + later + after) == hub + trip / 2 + after
    }
  }

  @Test func `a hub's time from nowhere does not crash an agent`() {
    for hub in [Int64.min, -1, 0, .max] {
      var time = LearnedTime(wallMs: 1_780_000_000_000, monotonicMs: 5_000)
      time.learn(hubMs: hub, roundTripMs: 20, monotonicMs: 6_000)
      #expect(time.nowMs(monotonicMs: 7_000) >= 0)
    }
  }
}
