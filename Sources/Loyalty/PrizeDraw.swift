import SyncProtocol

/// Points for a chance to win 抽奖. Chances are the prizes' weights out of the sum of all weights.
public struct PrizeDraw: Hashable, Sendable, Codable {
  public let id: String
  public let name: Words
  public let pointsPerDraw: Points
  public let prizes: [Prize]
  /// The weight of winning nothing 未中奖.
  public let blankWeight: Int64
  /// Draws of one member on one business day.
  public let perMemberDay: Int?
  public let when: Condition

  public struct Prize: Hashable, Sendable, Codable {
    public let id: String
    public let name: Words
    /// Points or a coupon; or goods, by their article.
    public let reward: Reward?
    public let giftSku: String?
    public let weight: Int64
    /// Pieces in the whole chain; nil never runs out.
    public let stock: Int64?

    public init(
      id: String, name: Words, reward: Reward? = nil, giftSku: String? = nil, weight: Int64,
      stock: Int64? = nil
    ) {
      self.id = id
      self.name = name
      self.reward = reward
      self.giftSku = giftSku
      self.weight = weight
      self.stock = stock
    }
  }

  public init(
    id: String, name: Words, pointsPerDraw: Points, prizes: [Prize], blankWeight: Int64 = 0,
    perMemberDay: Int? = nil, when: Condition = .always
  ) {
    self.id = id
    self.name = name
    self.pointsPerDraw = pointsPerDraw
    self.prizes = prizes
    self.blankWeight = blankWeight
    self.perMemberDay = perMemberDay
    self.when = when
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      id: try container.decode(String.self, forKey: .id),
      name: try container.decode(Words.self, forKey: .name),
      pointsPerDraw: try container.decode(Points.self, forKey: .pointsPerDraw),
      prizes: try container.decode([Prize].self, forKey: .prizes),
      blankWeight: try container.decodeIfPresent(Int64.self, forKey: .blankWeight) ?? 0,
      perMemberDay: try container.decodeIfPresent(Int.self, forKey: .perMemberDay),
      when: try container.decodeIfPresent(Condition.self, forKey: .when) ?? .always)
  }

  /// The name of a prize's stock among a node's allowances.
  public func allowance(of prize: Prize) -> String { "draw/\(id)/\(prize.id)" }

  /// The prize that a seed falls on; nil for the blank. Of all seeds each prize has its weight's share, to
  /// within one seed.
  public func prize(for seed: UInt64) -> Prize? {
    func bounded(_ weight: Int64) -> UInt64 { UInt64(min(max(0, weight), ProgramLimits.prizeWeight)) }
    let total = prizes.reduce(bounded(blankWeight)) { $0 + bounded($1.weight) }
    var place = seed.multipliedFullWidth(by: total).high
    for prize in prizes {
      if place < bounded(prize.weight) { return prize }
      place -= bounded(prize.weight)
    }
    return nil
  }

  /// Whether it gives on average as many points as it takes, so that points would come of nothing.
  private var feedsItself: Bool {
    let weight = prizes.reduce(Int128(blankWeight)) { $0 + Int128($1.weight) }
    let given = prizes.reduce(Int128(0)) { $0 + Int128($1.reward?.points?.count ?? 0) * Int128($1.weight) }
    return pointsPerDraw == .zero || given >= weight * Int128(pointsPerDraw.count)
  }

  func faults(path: String, levels: Set<String>) -> [RulebookFault] {
    var found = FaultList(path: path)
    found.requireToken(id, "id")
    found.requireName(name)
    found.require(pointsPerDraw.count, "pointsPerDraw", in: 0...Limits.movementPoints)
    found.require(prizes.count, "prizes", in: 1...ProgramLimits.prizes)
    found.require(Set(prizes.map(\.id)).count == prizes.count, "prizes", "have different ids")
    for (index, prize) in prizes.enumerated() {
      let field = "prizes[\(index)]"
      found.requireToken(prize.id, "\(field).id")
      found.requireName(prize.name, "\(field).name")
      found.add(prize.reward?.faults(path: "\(path).\(field).reward") ?? [])
      if let sku = prize.giftSku { found.requireToken(sku, "\(field).giftSku") }
      found.require(
        (prize.reward == nil) != (prize.giftSku == nil), "\(field).reward",
        "or giftSku is there, and not both")
      found.require(prize.weight, "\(field).weight", in: 1...ProgramLimits.prizeWeight)
      if let stock = prize.stock { found.require(stock, "\(field).stock", in: 0...ProgramLimits.stock) }
    }
    found.require(blankWeight, "blankWeight", in: 0...ProgramLimits.prizeWeight)
    found.requireTimes(perMemberDay, "perMemberDay")
    found.require(
      perMemberDay != nil || !feedsItself, "perMemberDay",
      "is there where a draw gives on average as many points as it takes")
    found.add(when.faults(path: "\(path).when", tiers: levels))
    return found.faults
  }
}
