import SyncProtocol

/// What a program gives 奖励: points, a coupon of a template, or both.
public struct Reward: Hashable, Sendable, Codable {
  public var points: Points?
  /// The coupon template's id.
  public var template: String?

  public init(points: Points? = nil, template: String? = nil) {
    self.points = points
    self.template = template
  }

  public var words: Words {
    let parts = [
      points.map { Words(zh: "\($0.count) 积分", en: "\($0.count) points") },
      template.map { _ in Words(zh: "优惠券一张", en: "a coupon") },
    ].compactMap { $0 }
    return Words(
      zh: parts.map(\.zh).joined(separator: "和"), en: parts.map(\.en).joined(separator: " and "))
  }

  func faults(path: String) -> [RulebookFault] {
    var found = FaultList(path: path)
    found.require(points != nil || template != nil, "points", "or template is there")
    if let points { found.require(points.count, "points", in: 1...Limits.movementPoints) }
    if let template { found.requireToken(template, "template") }
    return found.faults
  }
}
