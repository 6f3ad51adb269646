import SyncProtocol

/// Why an adjustment or a transfer of points is not made. The codes never change.
public enum PointsRefusal: Error, Hashable, Sendable {
  case noReason
  case noActor
  /// A reason or a name is longer than `Limits.textLength`.
  case textTooLong
  /// Nothing to move; a transfer of less than nothing, too.
  case noPoints
  case overLimit(Points)
  case insufficientPoints(available: Points, wanted: Points)
  /// There are enough, but stores hold some of them.
  case heldElsewhere(free: Points)
  /// More than `Limits.lotsPerEntry` lots would have to be drawn on.
  case tooManyLots
  /// Points of this lot can never be spent any more.
  case lotIsOver
  case sameMember

  public var code: String {
    switch self {
    case .noReason: "no_reason"
    case .noActor: "no_actor"
    case .textTooLong: "text_too_long"
    case .noPoints: "no_points"
    case .overLimit: "over_limit"
    case .insufficientPoints: "insufficient_points"
    case .heldElsewhere: "points_held_elsewhere"
    case .tooManyLots: "too_many_lots"
    case .lotIsOver: "lot_is_over"
    case .sameMember: "same_member"
    }
  }

  public var words: Words {
    switch self {
    case .noReason: Words(zh: "请填写原因", en: "Give a reason")
    case .noActor: Words(zh: "缺少经办人", en: "Say who decided it")
    case .textTooLong: Words(zh: "文字过长", en: "The text is too long")
    case .noPoints: Words(zh: "积分数须大于零", en: "There are no points to move")
    case .overLimit(let most):
      Words(zh: "每次最多 \(most.count) 积分", en: "At most \(most.count) points at a time")
    case .insufficientPoints(let available, let wanted):
      Words(
        zh: "可用积分 \(available.count)，不足 \(wanted.count)",
        en: "\(available.count) points available, \(wanted.count) wanted")
    case .heldElsewhere(let free):
      Words(
        zh: "目前可动用 \(free.count) 积分，其余由门店保管",
        en: "\(free.count) points are free now; stores hold the rest")
    case .tooManyLots: Words(zh: "涉及批次过多，请分次办理", en: "Too many lots; do it in parts")
    case .lotIsOver: Words(zh: "该批次积分已不可使用", en: "Points of this lot can no longer be spent")
    case .sameMember: Words(zh: "转出与转入为同一会员", en: "Both are the same member")
    }
  }
}

extension MovementDecision {
  /// Nil when both are there and short enough.
  var refusal: PointsRefusal? {
    if reason.allSatisfy(\.isWhitespace) { return .noReason }
    if actor.allSatisfy(\.isWhitespace) { return .noActor }
    return max(reason.count, actor.count) > Limits.textLength ? .textTooLong : nil
  }
}

extension MemberLedger {
  /// Draws on what may be spent and nobody holds, in spend order (law P4): all of it or nothing.
  func draw(
    _ wanted: Points, from free: [LotAmount]?, on day: Day
  ) throws(PointsRefusal) -> [LotAmount] {
    let available = available(on: day)
    guard wanted <= available else {
      throw .insufficientPoints(available: available, wanted: wanted)
    }
    let lots = SpendPlan.spendable(free ?? remainders, on: day)
    if let drawn = SpendPlan.draw(wanted, from: lots) { return drawn }
    let inAll = lots.reduce(Points.zero) { $0 + $1.points }
    throw inAll < wanted ? .heldElsewhere(free: inAll) : .tooManyLots
  }
}
