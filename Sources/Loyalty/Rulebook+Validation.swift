import SyncProtocol

/// Why a rulebook cannot be published: the path to the field and the reason.
public struct RulebookFault: Error, Hashable, Sendable {
  public let path: String
  public let reason: String

  /// The reason in both languages.
  public var words: Words { Words(reason: reason) }
}

extension Rulebook {
  /// Everything wrong with the document, in its order; empty when it may be published.
  public func faults() -> [RulebookFault] {
    var faults: [RulebookFault] = []
    func require(_ holds: Bool, _ path: String, _ reason: String) {
      if !holds { faults.append(RulebookFault(path: path, reason: reason)) }
    }
    require((-840...840).contains(utcOffsetMinutes), "utcOffsetMinutes", "is within 14 hours of UTC")
    require(currency.utf8.count == 3, "currency", "is a three-letter code")
    faults += earningFaults() + pointsFaults()
    if let pay = pointsPayment {
      require(pay.points.count > 0, "pointsPayment.points", "is more than nothing")
      require(pay.worth.minor > 0, "pointsPayment.worth", "is more than nothing")
      require(pay.worth.minor <= 1_000_000_000, "pointsPayment.worth", "stays below ten million yuan")
      require(pay.step.count > 0, "pointsPayment.step", "is more than nothing")
      require(pay.minimum.count >= 0, "pointsPayment.minimum", "is not negative")
      // Points are used in whole steps: a minimum between two of them would be told and never asked.
      let isWhole = pay.step.count <= 0 || pay.minimum.count.isMultiple(of: pay.step.count)
      require(isWhole, "pointsPayment.minimum", "is a multiple of step")
      require(
        (0...1000).contains(pay.maxSharePermille), "pointsPayment.maxSharePermille", "is from 0 to 1000")
    }
    faults += tiers?.faults(under: "tiers") ?? []
    require((0...Limits.movementPoints).contains(checkInPoints.count), "checkInPoints", "is not negative")
    let shares = [holding.homePermille, holding.lastStorePermille]
    let areShares = shares.allSatisfy { (0...1000).contains($0) }
    require(areShares, "holding", "has shares from 0 to 1000")
    require(!areShares || shares.reduce(0, +) <= 1000, "holding", "gives away no more than there is")
    return faults + promotionFaults() + programFaults() + offlineFaults() + classFaults()
      + overlapFaults()
  }
}
