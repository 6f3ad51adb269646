import AgentCore
import Seeds
import Testing

struct Pacing {
  @Test func `pauses double from half a second to half a minute, scattered over their upper half`() {
    forAll { (samples: inout Samples) in
      var pacing = SyncPacing()
      var full = SyncPacing.firstPauseMs
      for failure in 1...samples.number(1...40) {
        pacing.failed(nowMs: failure, random: samples.random.next())
        guard pacing.pauseMs >= full / 2, pacing.pauseMs <= full, !pacing.isOnline else { return false }
        full = min(full * 2, SyncPacing.longestPauseMs)
      }
      return pacing.downSinceMs == 1
    }
  }

  @Test func `the scatter reaches both ends of its range and no generator's value traps`() {
    for (random, pause) in [(0, 250), (250, 500), (251, 250), (.max, 250 + Int64(UInt64.max % 251))]
      as [(UInt64, Int64)]
    {
      var pacing = SyncPacing()
      pacing.failed(nowMs: 0, random: random)
      #expect(pacing.pauseMs == pause)
    }
  }

  @Test func `one success forgets every failure`() {
    var pacing = SyncPacing()
    #expect(pacing.isOnline && pacing.pauseMs == 0 && pacing.downSinceMs == nil)
    for second in 1...50 { pacing.failed(nowMs: Int64(second) * 1000, random: 7) }
    #expect(!pacing.isOnline && pacing.downSinceMs == 1000)
    pacing.succeeded()
    #expect(pacing.isOnline && pacing.pauseMs == 0 && pacing.downSinceMs == nil)
    pacing.failed(nowMs: 99_000, random: 0)
    #expect(pacing.pauseMs == SyncPacing.firstPauseMs / 2 && pacing.downSinceMs == 99_000)
  }

  @Test func `a thousand stores that lost the hub together do not come back together`() {
    var samples = Samples(SplitMix64(seed: Seed.ofThisRun))
    var seconds: [Int64: Int] = [:]
    for _ in 0..<1_000 {
      var pacing = SyncPacing()
      for _ in 0..<10 { pacing.failed(nowMs: 0, random: samples.random.next()) }
      seconds[pacing.pauseMs / 1000, default: 0] += 1
    }
    #expect(seconds.count >= 15 && seconds.values.allSatisfy { $0 < 150 })
  }
}
