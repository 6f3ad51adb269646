import Curl

/// A day in a chain of three shops, told while it happens. What each customer's receipts say is added up
/// here and nowhere else, to hold headquarters and stores against it in the evening.
struct Story {
  let stage: Stage
  let documents: Documents
  let narrator: Narrator
  let waiting: Waiting
  let hub: Stage.Hub
  let headquarters: Headquarters
  var shops: [Stage.Shop] = []
  var tills: [Till] = []
  var tally = Tally()
  /// Li's coupon and his morning's sale, which come back when the line is down.
  var coupon = ""
  var saleOfLi = ""
  /// The member codes under which two shops enrolled one person.
  var codesOfChen: [String] = []

  init(stage: Stage, documents: Documents, narrator: Narrator, waiting: Waiting) throws {
    self.stage = stage
    self.documents = documents
    self.narrator = narrator
    self.waiting = waiting
    hub = try stage.openHub()
    headquarters = try Headquarters(url: hub.url, tokenFile: hub.tokenFile)
  }

  mutating func tell() throws -> Verdict {
    try openShops()
    try publishRules()
    try morning()
    try coupons()
    try visits()
    try cutLines()
    try twoEnrolments()
    try spendingApart()
    try returning()
    return try reunion()
  }
}

extension Story {
  var lakeside: Till { till(.lakeside) }
  var station: Till { till(.station) }
  var campus: Till { till(.campus) }

  private func till(_ shop: ShopName) -> Till {
    guard let till = tills.first(where: { $0.shop == shop }) else {
      preconditionFailure("every shop of the story opens before anything happens in it")
    }
    return till
  }

  /// A sale whose receipt goes into the tally.
  mutating func sell(
    at till: Till, to person: Person?, _ lines: [JSONValue], coupons: [String] = [], points: Int64 = 0
  ) throws(DemoFault) -> JSONValue {
    let receipt = try till.sell(to: person, lines, coupons: coupons, points: points)
    try tally.add(receipt, of: person, at: till.shop)
    return receipt
  }

  /// A member who has to be known at this till.
  func member(_ person: Person, at till: Till) throws(DemoFault) -> JSONValue {
    guard let member = try till.member(person) else {
      throw .unexpected("\(till.shop.both): 不认识 does not know \(person.zh) \(person.en)")
    }
    return member
  }

  /// Waits until every store has sent all it has and knows all that headquarters knows.
  func waitUntilInStep() throws {
    let convergence = Convergence(headquarters: headquarters, tills: tills)
    _ = try waiting.until("各店与总部对齐 stores in step") { try convergence.look() }
  }
}

extension JSONValue {
  /// Amounts and points of an answer whose shape the API promises.
  var number: Int64 { integerValue ?? 0 }
  var text: String { stringValue ?? "" }
}
