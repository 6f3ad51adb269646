import Loyalty
import Seeds
import SyncProtocol
import Testing

struct Holdings {
  private let home = NodeID(1)
  private let last = NodeID(2)
  private let other = NodeID(3)

  @Test func `a grant never takes a store beyond its target, nor the hub below nothing`() {
    forAll { (samples: inout Samples) in
      let policy = samples.holding()
      let (held, target) = (Points(samples.number(0...500)), Points(samples.number(0...500)))
      let free = Points(samples.number(-50...500))
      let grant = policy.grant(held: held, target: target, free: free)
      let fits = grant == .zero || (held + grant <= target && grant <= free)
      return grant >= .zero && fits
    }
  }

  @Test func `what is handed back leaves exactly the target`() {
    forAll { (samples: inout Samples) in
      let policy = samples.holding()
      let (held, target) = (Points(samples.number(0...500)), Points(samples.number(0...500)))
      let excess = policy.excess(held: held, target: target)
      return excess == .zero || (excess > .zero && held - excess == target)
    }
  }

  @Test func `allowances do not go back and forth: no grant makes an excess, no release calls for a grant`() {
    forAll { (samples: inout Samples) in
      let policy = samples.holding()
      let (held, target) = (Points(samples.number(0...500)), Points(samples.number(0...500)))
      let free = Points(samples.number(0...500))
      let granted = held + policy.grant(held: held, target: target, free: free)
      let released = held - policy.excess(held: held, target: target)
      let isQuietAfterGrant = granted == held || policy.excess(held: granted, target: target) == .zero
      return isQuietAfterGrant
        && (released == held || policy.grant(held: released, target: target, free: free) == .zero)
        && policy.excess(held: released, target: target) == .zero
        && policy.grant(held: granted, target: target, free: free - (granted - held)) == .zero
    }
  }

  @Test func `the targets of all stores together are never more than there is`() {
    forAll { (samples: inout Samples) in
      let policy = samples.holding()
      let remainder = Points(samples.amount(upTo: Limits.movementPoints))
      let lastStore = samples.oneOf([home, last, .hub])
      let targets = [home, last, other].map {
        policy.target(of: remainder, for: $0, home: home, lastStore: lastStore)
      }
      return targets.reduce(.zero, +) <= remainder && targets.allSatisfy { $0 >= .zero }
        && targets[2] == .zero
    }
  }

  @Test func `a store that is both home and last visited has both shares`() {
    let policy = HoldingPolicy(homePermille: 500, lastStorePermille: 250)
    let all = Points(1_001)
    #expect(policy.target(of: all, for: home, home: home, lastStore: last) == Points(500))
    #expect(policy.target(of: all, for: last, home: home, lastStore: last) == Points(250))
    #expect(policy.target(of: all, for: home, home: home, lastStore: home) == Points(750))
    #expect(policy.target(of: Points(-5), for: home, home: home, lastStore: home) == .zero)
  }

  @Test func `a lot as full as an account can ever be has a target`() {
    let policy = HoldingPolicy(homePermille: 1000, lastStorePermille: 0)
    let full = Points(.max)
    #expect(policy.target(of: full, for: home, home: home, lastStore: last) == full)
  }

  @Test func `a coupon waits where its member was last seen, else at home`() {
    #expect(HoldingPolicy.couponHolder(home: home, lastStore: last) == last)
    #expect(HoldingPolicy.couponHolder(home: home, lastStore: .hub) == home)
    #expect(HoldingPolicy.couponHolder(home: .hub, lastStore: .hub) == .hub)
  }

  @Test func `a coupon bound to one store waits there, wherever its member goes`() {
    for lastStore in [home, last, .hub] {
      #expect(HoldingPolicy.couponHolder(boundTo: other, home: home, lastStore: lastStore) == other)
    }
  }
}
