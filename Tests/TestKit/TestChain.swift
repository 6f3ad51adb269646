import AgentIO
import Chain
import Curl
import Seeds
import ServerHTTP
import ServerStorage
import SyncProtocol

/// One hub and its stores, each behind a line of its own.
public final class TestChain {
  public let hub: TestHub
  public let stores: [TestStore]

  public init(_ hub: TestHub, _ stores: [TestStore]) { (self.hub, self.stores) = (hub, stores) }

  /// Stores are S001, S002, …; they have heard of the rulebook.
  public init(
    stores count: Int, seed: UInt64 = Seed.ofThisRun, rulebook: JSONValue = DemoChain.rulebook,
    in place: TemporaryFolder.Place = .usual
  ) throws {
    let hub = try TestHub(seed: seed)
    try hub.publish(rulebook)
    self.hub = hub
    stores = try (1...max(count, 1)).prefix(count).map {
      try TestStore(hub, "S00\($0)", seed: seed, in: place)
    }
    for store in stores { store.sync() }
  }

  public subscript(number: Int) -> TestStore { stores[number - 1] }

  public func advance(minutes: Int64) {
    hub.clock.advance(minutes: minutes)
    for store in stores { store.clock.advance(minutes: minutes) }
  }

  /// Mends every line and syncs all stores until nobody has news. False when that does not happen.
  public func settle(rounds: Int = 20) throws -> Bool {
    for store in stores { store.line.restore() }
    for _ in 0..<rounds {
      for store in stores where !store.sync() { return false }
      let head = hub.store.committedHead
      let isQuiet = try stores.allSatisfy {
        let status = try $0.agent.status()
        return status.unsentEntries == 0 && status.replicaPosition == head
      }
      if isQuiet { return true }
    }
    return false
  }

  /// Why `settle` was in vain, store by store.
  public func unrest() throws -> String {
    try stores.map { store in
      let status = try store.agent.status()
      return "\(store.code) \(status.unsentEntries) unsent of \(status.journalSeq.number), "
        + "at \(status.replicaPosition.number) of \(hub.store.committedHead.number), "
        + (status.halted ?? status.lastFault ?? "no fault")
    }.joined(separator: "; ")
  }

  /// Partitions whose digest at a store is not the hub's; empty when all agree.
  public func differences() throws -> [String] {
    let known = try hub.digests()
    return try stores.flatMap { store in
      let here = try store.digests()
      let carried = try hub.hub.store.shape(of: store.node).map(\.name)
      return carried.filter { here[$0] ?? "0/0" != known[$0] ?? "0/0" }
        .map { "\(store.code) \($0): \(here[$0] ?? "none") instead of \(known[$0] ?? "none")" }
    }
  }
}
