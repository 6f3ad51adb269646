/// Makes a chain of the same shape as the real data set, so that tests and demonstrations need no download.
///
/// What is imitated, with the real figures: few busy stores and many that are hardly visited; households that
/// come back to the store they were in last (0.68) or to their home store (0.63); baskets of 9.4 lines on
/// average, half of them of at most 5, none above 161; a store discount on every second line; lines of no
/// quantity and no value; fuel by the thousandth; manufacturers' coupons, some worth more than their line;
/// coupon redemptions. The same settings always give the same chain.
public struct Generator: Sendable {
  public var seed: UInt64
  public var stores: Int
  public var members: Int
  public var weeks: Int
  public var basketsPerMemberWeek: Double

  public init(
    seed: UInt64, stores: Int = 40, members: Int = 400, weeks: Int = 8, basketsPerMemberWeek: Double = 1.2
  ) {
    precondition(stores > 0 && members > 0 && weeks > 0 && basketsPerMemberWeek > 0)
    self.seed = seed
    self.stores = stores
    self.members = members
    self.weeks = weeks
    self.basketsPerMemberWeek = basketsPerMemberWeek
  }

  /// Midnight of Monday, 2 January 2017 in the shops' time zone, five hours behind UTC.
  static let startMs: Int64 = 1_483_333_200_000
  static let zoneMs: Int64 = -5 * hourMs
  static let hourMs: Int64 = 3_600_000
  static let dayMs: Int64 = 24 * hourMs

  public func makeChain() -> ChainData {
    var data = ChainData()
    var random = SeededRandom(seed: seed, stream: 1)
    var number: Int32 = 1
    for _ in 0..<stores {
      number += 1 + Int32(random.below(8))
      data.stores.append(number)
    }
    let shelf = GeneratedShelf(seed: seed)
    shelf.fill(&data)
    data.campaigns = makeCampaigns()
    data.members = (1...members).map { ChainData.Member(household: Int32($0), firstBasket: -1) }

    var till = GeneratedTill(seed: seed, shelf: shelf)
    for (index, visit) in GeneratedVisits(self).make().enumerated() {
      if data.members[visit.member].firstBasket < 0 { data.members[visit.member].firstBasket = Int32(index) }
      till.ring(visit, number: 31_000_000_000 + Int64(index) * 7, into: &data)
    }
    return data
  }

  static func day(of timeMs: Int64) -> BusinessDay {
    BusinessDay(number: Int32((timeMs + zoneMs) / dayMs))
  }

  /// Every second week a campaign of five weeks begins, so that one always runs.
  private func makeCampaigns() -> [ChainData.Campaign] {
    let first = Self.day(of: Self.startMs).number
    return (0...(weeks / 2)).map { index in
      let start = first + Int32(index) * 14
      return ChainData.Campaign(
        number: Int32(index + 1), type: "Type \(["A", "B", "C"][index % 3])",
        start: BusinessDay(number: start),
        end: BusinessDay(number: start + 34))
    }
  }
}
