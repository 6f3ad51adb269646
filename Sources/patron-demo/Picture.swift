import Curl

/// What headquarters and each store know at the end of the day.
struct Picture {
  /// One side's view, to be held against the others'.
  struct Side {
    var name: String
    var shop: ShopName?
    /// People, after merges; a member record that was merged into another is not a person.
    var persons: Int64 = 0
    var sales: Int64 = 0
    var points: [Person: Int64] = [:]
    var tiers: [Person: String] = [:]
    var couponsOpen: Int64 = 0
    var couponsRedeemed: Int64 = 0
    var unsent: Int64 = 0
    var digestsEqual = true

    var allPoints: Int64 { points.values.reduce(0, +) }
  }

  let hub: Side
  let stores: [Side]
  let netMinor: Int64
  let mergedRecords: Int64
  let isInStep: Bool

  init(
    headquarters: Headquarters, tills: [Till], tally: Tally, agreement: Convergence.Agreement?
  ) throws(DemoFault) {
    let totals = try headquarters.status().totals
    hub = try Self.hub(headquarters, totals, issued: tally.couponsIssued)
    let partitions = try headquarters.partitions()
    var stores: [Side] = []
    for till in tills { stores.append(try Self.store(till, partitions)) }
    self.stores = stores
    netMinor = totals.net.number
    mergedRecords = totals.aliases.number
    isInStep = agreement != nil
  }

  private static func hub(
    _ headquarters: Headquarters, _ totals: JSONValue, issued: Int64
  ) throws(DemoFault) -> Side {
    var side = Side(name: "总部 Headquarters")
    for person in Person.all {
      for member in try headquarters.members(phone: person.phone) {
        side.points[person, default: 0] += member.points.number
        side.tiers[person] = member.tier.text
      }
    }
    side.persons = totals["members"].number
    side.sales = totals.sales.number
    side.couponsRedeemed = totals.couponsRedeemed.number
    side.couponsOpen = issued - side.couponsRedeemed
    return side
  }

  private static func store(_ till: Till, _ partitions: [JSONValue]) throws(DemoFault) -> Side {
    var side = Side(name: till.shop.both, shop: till.shop)
    let status = try till.status()
    side.sales = status.sales.number
    side.unsent = status.unsentEntries.number
    side.digestsEqual = Convergence.difference(partitions, status) == nil
    var ids: Set<String> = []
    for person in Person.all {
      guard let member = try till.member(person) else { continue }
      ids.insert(member.memberId.text)
      side.points[person] = member.points.number
      side.tiers[person] = member.tier.text
      for coupon in try till.coupons(of: member.memberId.text) {
        if coupon.state.text == "redeemed" { side.couponsRedeemed += 1 } else { side.couponsOpen += 1 }
      }
    }
    side.persons = Int64(ids.count)
    return side
  }
}
