import SyncProtocol

/// What a movement of points is 积分变动类型. The raw values are stored and never change.
public enum MovementKind: String, CaseIterable, Hashable, Sendable, Codable {
  /// New points 获得.
  case earn
  /// Points that pay 抵扣.
  case spend
  /// Spent points that come back with a return 退还.
  case restore
  /// Earned points taken back with a return 扣回.
  case clawback
  /// A correction that somebody decided 人工调整; up or down.
  case adjust
  /// Points from another member 转入, and to another member 转出.
  case transferIn, transferOut
  /// Points that pay a debt 偿还欠分.
  case settle
  /// A shortage, owed from now on 欠分.
  case debt
  /// A part of a shortage, written off at once by the rulebook 核销欠分. It stands beside the debt it lessens,
  /// so that what was short and what was written off are both in the books.
  case loss
}

/// Which movement: the entry behind it, the part of that entry, and whose points they are.
public struct MovementID: Hashable, Comparable, Sendable {
  public let owner: MemberID
  public let node: NodeID
  public let epoch: Int64
  public let seq: JournalSeq
  /// From 0.
  public let part: Int

  public init(owner: MemberID, node: NodeID, epoch: Int64, seq: JournalSeq, part: Int) {
    self.owner = owner
    self.node = node
    self.epoch = epoch
    self.seq = seq
    self.part = part
  }

  public static func < (a: Self, b: Self) -> Bool {
    (a.owner, a.node.number, a.epoch, a.seq.number, a.part)
      < (b.owner, b.node.number, b.epoch, b.seq.number, b.part)
  }
}

/// Why a person moved points, and who it was. Adjustments and transfers have one, nothing else does.
public struct MovementDecision: Hashable, Sendable {
  public let reason: String
  /// Who decided 经办人.
  public let actor: String

  public init(reason: String, actor: String) {
    self.reason = reason
    self.actor = actor
  }
}

/// One change of a member's points 积分变动: a fact, never edited, corrected only by another. It is a row of
/// the hub's table `movements`, with the decision beside it.
public struct Movement: Hashable, Sendable {
  public let id: MovementID
  public let kind: MovementKind
  public let lot: LotKey
  /// Change of the lot, in points; negative for what is used.
  public let points: Points
  /// Change of what the member owes, in points.
  public let debt: Points
  public let businessTime: Timestamp
  /// Version of the rulebook that decided; 0 for none.
  public let rulebook: Int64
  /// Id of the sale, return, check-in or campaign behind it, as bytes.
  public let cause: [UInt8]?
  public let decision: MovementDecision?

  public init(
    id: MovementID, kind: MovementKind, lot: LotKey, points: Points = .zero, debt: Points = .zero,
    businessTime: Timestamp, rulebook: Int64, cause: [UInt8]? = nil, decision: MovementDecision? = nil
  ) {
    self.id = id
    self.kind = kind
    self.lot = lot
    self.points = points
    self.debt = debt
    self.businessTime = businessTime
    self.rulebook = rulebook
    self.cause = cause
    self.decision = decision
  }

  public var owner: MemberID { id.owner }

  /// The lot of movements that change only a debt.
  public static let noLot = LotKey(availableFrom: Day(0), expiresOn: .never)
}

/// What a movement must not be.
public enum MovementFault: String, Error, Hashable, Sendable {
  /// More points than `Limits.movementPoints`, up or down: sums might overflow.
  case overLimit = "over_limit"
  /// Its points or its debt have not the sign that its kind has.
  case wrongSign = "wrong_sign"
}

extension Movement {
  /// What is wrong with it by itself; nil when it may be recorded.
  public var fault: MovementFault? {
    let most = UInt64(Limits.movementPoints)
    guard points.count.magnitude <= most, debt.count.magnitude <= most else { return .overLimit }
    return hasSignsOfItsKind ? nil : .wrongSign
  }

  private var hasSignsOfItsKind: Bool {
    switch kind {
    case .earn, .restore, .transferIn: points > .zero && debt == .zero
    case .spend, .clawback, .transferOut: points < .zero && debt == .zero
    case .adjust: points != .zero && debt == .zero
    case .settle: points < .zero && debt == points
    case .debt: points == .zero && debt > .zero
    case .loss: points == .zero && debt < .zero
    }
  }
}

/// Where movements come from: an entry and what decided it. It numbers its movements as it makes them.
public struct MovementOrigin: Hashable, Sendable {
  public let node: NodeID
  public let epoch: Int64
  public let seq: JournalSeq
  public let businessTime: Timestamp
  public let rulebook: Int64
  public let cause: [UInt8]?
  /// The part that the next movement will be.
  public private(set) var part: Int

  public init(
    node: NodeID, epoch: Int64, seq: JournalSeq, businessTime: Timestamp, rulebook: Int64,
    cause: [UInt8]? = nil, part: Int = 0
  ) {
    self.node = node
    self.epoch = epoch
    self.seq = seq
    self.businessTime = businessTime
    self.rulebook = rulebook
    self.cause = cause
    self.part = part
  }

  public mutating func movement(
    _ kind: MovementKind, of owner: MemberID, lot: LotKey = Movement.noLot, points: Points = .zero,
    debt: Points = .zero, decision: MovementDecision? = nil
  ) -> Movement {
    defer { part += 1 }
    return Movement(
      id: MovementID(owner: owner, node: node, epoch: epoch, seq: seq, part: part), kind: kind, lot: lot,
      points: points, debt: debt, businessTime: businessTime, rulebook: rulebook, cause: cause,
      decision: decision)
  }
}
