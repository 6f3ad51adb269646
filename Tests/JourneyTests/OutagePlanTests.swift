import Testing

@testable import Journey

struct OutagePlanTests {
  let data = Generator(seed: 11, stores: 100, members: 600, weeks: 12).makeChain()

  @Test func `the same seed makes the same plan, another seed another`() {
    let plan = OutagePlan(for: data, intensity: .normal, seed: 5)
    #expect(plan == OutagePlan(for: data, intensity: .normal, seed: 5))
    #expect(plan != OutagePlan(for: data, intensity: .normal, seed: 6))
  }

  @Test func `none means that every line holds`() {
    let plan = OutagePlan(for: data, intensity: .none, seed: 5)
    #expect(plan.all.isEmpty)
    #expect(!plan.isOffline(store: 0, at: data.baskets.timesMs[0]))
  }

  @Test(arguments: [(OutagePlan.Intensity.normal, 0.4), (.hard, 0.8)])
  func `the share of stores hit is what the intensity says`(
    _ intensity: OutagePlan.Intensity, _ share: Double
  ) {
    let plan = OutagePlan(for: data, intensity: intensity, seed: 5)
    let hit = plan.outages.count { !$0.isEmpty }
    #expect(abs(Double(hit) / 100 - share) <= 0.02)
  }

  @Test(arguments: [OutagePlan.Intensity.normal, .hard])
  func `outages last from two hours to three weeks and do not overlap`(_ intensity: OutagePlan.Intensity) {
    let plan = OutagePlan(for: data, intensity: intensity, seed: 9)
    for list in plan.outages {
      for outage in list {
        #expect((OutagePlan.shortestMs...OutagePlan.longestMs).contains(outage.endMs - outage.startMs))
      }
      #expect(zip(list, list.dropFirst()).allSatisfy { $0.endMs < $1.startMs })
    }
  }

  @Test func `a store is off line from an outage's start until just before its end`() throws {
    let plan = OutagePlan(for: data, intensity: .hard, seed: 5)
    let outage = try #require(plan.all.first)
    #expect(plan.isOffline(store: outage.store, at: outage.startMs))
    #expect(plan.isOffline(store: outage.store, at: outage.endMs - 1))
    #expect(!plan.isOffline(store: outage.store, at: outage.startMs - 1))
    #expect(!plan.isOffline(store: outage.store, at: outage.endMs))
  }

  @Test func `stores that share most members are cut off at the same time`() throws {
    let plan = OutagePlan(for: data, intensity: .normal, seed: 5)
    #expect(plan.pairs.count == 5)
    let best = try #require(plan.pairs.first)
    #expect(best.sharedMembers >= 20)
    for pair in plan.pairs {
      #expect(pair.startMs < pair.endMs)
      #expect(pair.stores.allSatisfy { plan.isOffline(store: $0, at: pair.startMs) })
      #expect(pair.stores.allSatisfy { plan.isOffline(store: $0, at: pair.endMs - 1) })
    }
  }

  @Test func `busy stores are hit more often than idle ones`() {
    let plan = OutagePlan(for: data, intensity: .normal, seed: 5)
    var sizes = [Int](repeating: 0, count: data.stores.count)
    for store in data.baskets.stores { sizes[Int(store)] += 1 }
    let ranking = sizes.indices.sorted { sizes[$0] > sizes[$1] }
    let busy = ranking.prefix(30).count { !plan.outages[$0].isEmpty }
    let idle = ranking.suffix(30).count { !plan.outages[$0].isEmpty }
    #expect(busy > 2 * idle)
  }
}
