import SyncProtocol

extension Programs {
  /// Everything wrong with the sections, in their order. `levels` are the ids that conditions and paid
  /// memberships may name: those of the rulebook's tier scheme.
  public func faults(levels: Set<String>) -> [RulebookFault] {
    var faults = listFaults("mall", mall.map(\.id))
    for (index, item) in mall.enumerated() { faults += item.faults(path: "mall[\(index)]", levels: levels) }
    faults += checkIns?.faults(path: "checkIns") ?? []
    faults += referral?.faults(path: "referral") ?? []
    faults += gifts?.faults(path: "gifts") ?? []
    faults += membershipFaults(levels: levels)
    faults += listFaults("activities", activities.map(\.id))
    for (index, activity) in activities.enumerated() {
      faults += activity.faults(path: "activities[\(index)]")
    }
    faults += listFaults("draws", draws.map(\.id))
    for (index, draw) in draws.enumerated() {
      faults += draw.faults(path: "draws[\(index)]", levels: levels)
    }
    return faults
  }

  /// The same of paid memberships alone.
  public func membershipFaults(levels: Set<String>) -> [RulebookFault] {
    var faults = listFaults("memberships", memberships.map(\.sku), called: "skus")
    for (index, product) in memberships.enumerated() {
      faults += product.faults(path: "memberships[\(index)]", levels: levels)
    }
    return faults
  }

  private func listFaults(_ list: String, _ ids: [String], called: String = "ids") -> [RulebookFault] {
    var found = FaultList()
    found.require(ids.count <= ProgramLimits.listed, list, "are at most \(ProgramLimits.listed)")
    found.require(Set(ids).count == ids.count, list, "have different \(called)")
    return found.faults
  }
}

extension Programs {
  var conditions: [Condition] {
    mall.map(\.when) + mall.compactMap(\.priority) + draws.map(\.when)
  }
}

extension Rulebook {
  func programFaults() -> [RulebookFault] {
    var faults = programs.faults(levels: levelIDs)
    if programs.checkIns != nil, checkInPoints != .zero {
      faults.append(RulebookFault(path: "checkIns", reason: "stands alone: checkInPoints is 0 beside it"))
    }
    return faults
  }
}

/// Faults of what stands at one path of a document.
struct FaultList {
  private(set) var faults: [RulebookFault] = []
  private let path: String?

  init(path: String? = nil) { self.path = path }

  mutating func require(_ holds: Bool, _ field: String, _ reason: String) {
    if !holds { faults.append(RulebookFault(path: path.map { "\($0).\(field)" } ?? field, reason: reason)) }
  }

  mutating func require<T>(_ value: T, _ field: String, in range: ClosedRange<T>) {
    require(range.contains(value), field, "is from \(range.lowerBound) to \(range.upperBound)")
  }

  /// A longer one could not be written in a journal.
  mutating func requireToken(_ text: String, _ field: String) {
    require(
      (1...Limits.tokenLength).contains(text.utf8.count), field, "has 1 to \(Limits.tokenLength) bytes")
  }

  mutating func requireName(_ words: Words, _ field: String = "name") {
    let lengths = [words.zh.count, words.en.count]
    require(
      lengths.allSatisfy { (1...Limits.textLength).contains($0) }, field,
      "has 1 to \(Limits.textLength) characters in each language")
  }

  /// A limit that may be left out; 0 times would be a rule that never applies.
  mutating func requireTimes(_ limit: Int?, _ field: String) {
    if let limit { require(limit, field, in: 1...ProgramLimits.times) }
  }

  mutating func add(_ others: [RulebookFault]) { faults += others }
}
