import Loyalty
import SyncProtocol

// What members get beside purchases.
extension GoldenRun {
  mutating func check(_ programs: Programs, _ rulebook: Rulebook) throws {
    let member = try example.member(rulebook) ?? MemberStanding()
    let tier = rulebook.tier(of: member.tierFacts, on: rulebook.businessDay(try example.time()))
    let occasion = Occasion(
      time: try example.time(), utcOffsetMinutes: 480, store: example.first("store"),
      channel: example.first("channel"), customer: Customer(tier: tier?.id, segments: member.segments))
    if let text = example.first("mall") {
      try checkMall(text, programs, member, occasion)
    } else if let text = example.first("do") {
      // do share, today 1, ever 4
      let parts = text.listed
      let times = parts.dropFirst().compactMap { Int($0.words.last ?? "") }
      let result = programs.earn(activity: parts[0], today: times.first ?? 0, ever: times.last ?? 0)
      compare("earn", try example.only("earn").count(), result.points.count)
      compare("growth", try example.first("growth")?.count() ?? 0, result.growth)
      say([result.outcome])
    } else if let text = example.first("draw") {
      try checkDraw(text, programs, member, occasion)
    } else {
      try checkCheckIns(rulebook)
    }
  }

  /// `mall mug 2`; `cancel` or `fulfil` below it, in their order, and at the end what came of the last.
  private mutating func checkMall(
    _ text: String, _ programs: Programs, _ member: MemberStanding, _ occasion: Occasion
  ) throws {
    let (item, pieces) = text.headed
    let request = MallRequest(
      order: MallOrderID(high: 1, low: 1), member: GoldenCase.owner, item: item, quantity: try pieces.count())
    let standing = MallStanding(
      occasion: occasion, available: member.available, held: member.held,
      stock: try example.first("stock")?.count() ?? 0, ordered: try example.first("ordered")?.count() ?? 0,
      isHub: example.has("online"))
    switch programs.place(request, given: standing) {
    case .refused(let outcome):
      compare("use", try example.only("use").count(), 0)
      compare("pay", try example.only("pay").money(), .zero)
      say([outcome])
    case .placed(var order):
      compare("use", try example.only("use").count(), order.taken.points.reduce(0) { $0 + $1.points.count })
      compare("pay", try example.only("pay").money(), order.taken.money)
      var outcomes = [order.outcome]
      for line in example.lines {
        if line.key == "fulfil" { outcomes.append(order.fulfil()) }
        guard line.key == "cancel" else { continue }
        let (outcome, givesBack) = order.cancel()
        outcomes.append(outcome)
        let points = givesBack?.points.reduce(0) { $0 + $1.points.count } ?? 0
        compare("cancel gives back", try line.rest.count(), points)
      }
      say(outcomes)
    }
  }

  /// `draw wheel at 3 of 10, today 1`: chance falls on place 3 (from 0) of 10.
  private mutating func checkDraw(
    _ text: String, _ programs: Programs, _ member: MemberStanding, _ occasion: Occasion
  ) throws {
    let words = text.replacing(",", with: "").words
    guard words.count >= 5, let place = UInt64(words[2]), let places = UInt64(words[4]) else {
      throw GoldenFault("draw WHICH at PLACE of PLACES: \(text)")
    }
    var stock: [String: Int64] = [:]
    for line in example.all("stock") { stock[line.headed.head] = try line.headed.rest.count() }
    let standing = DrawStanding(
      occasion: occasion, available: member.available, held: member.held,
      drawnToday: words.count > 5 ? Int(words[6]) ?? 0 : 0, stock: stock)
    // The middle of the place.
    let seed = UInt64.max / (2 * places) * (2 * place + 1)
    switch programs.draw(words[0], seed: seed, given: standing) {
    case .refused(let outcome):
      compare("use", try example.only("use").count(), 0)
      compare("reward", example.all("reward"), [String]())
      say([outcome])
    case .drawn(let prize, let spent, let outcome):
      compare("use", try example.only("use").count(), spent.reduce(0) { $0 + $1.points.count })
      compare("reward", example.all("reward"), prize.map { ["\($0.id)"] } ?? [])
      say([outcome])
    }
  }

  /// `checkin 2026-06-01, 2026-06-02`: `earn` is the sum, and what is said is said on the last day.
  private mutating func checkCheckIns(_ rulebook: Rulebook) throws {
    guard let program = rulebook.checkInProgram else { throw GoldenFault("no rule of check-ins is named") }
    var (state, total, outcomes): (CheckInState, Points, [RuleOutcome]) = (CheckInState(), .zero, [])
    for text in try example.only("checkin").listed {
      let result = program.checkIn(state, on: try text.day())
      (state, total, outcomes) = (result.state, total + result.total, result.outcomes)
    }
    compare("earn", try example.only("earn").count(), total.count)
    say(outcomes)
  }
}

// What takes some weeks: referrals and paid memberships.
extension GoldenRun {
  mutating func checkTimes(_ rulebook: Rulebook) throws {
    if example.has("referral") { try checkReferrals(rulebook) } else { try checkMemberships(rulebook) }
  }

  private static func noon(_ day: String, _ minutes: Int64 = 0) throws -> Timestamp {
    Timestamp(ms: Int64(try day.day().number) * 86_400_000 + 4 * 3_600_000 + minutes * 60_000)
  }

  /// A member's id that reads as their name does in the example.
  private static func id(_ name: String) -> MemberID { MemberID(derivedFrom: name) }

  /// `referral ann brings bob`, `joined ann 2026-01-01`, `bought bob 120.00 on 2026-06-03`,
  /// `returned bob 30.00 on 2026-06-05` (of the purchase before it), `asked 2026-06-20`; `same ann eve` says
  /// that two records are one person.
  private mutating func checkReferrals(_ rulebook: Rulebook) throws {
    guard let terms = rulebook.programs.referral else { throw GoldenFault("no rule of referrals is named") }
    var invitations: [String: ReferralFacts.Invitation] = [:]
    for text in example.all("referral") {
      guard text.words.count == 3 else { throw GoldenFault("referral ANN brings BOB: \(text)") }
      invitations[text.words[2]] = ReferralFacts.Invitation(referrer: Self.id(text.words[0]), terms: terms)
    }
    var (facts, sale) = (ReferralFacts(), SaleID(high: 0, low: 0))
    for (number, line) in example.lines.enumerated() {
      let words = line.rest.words
      let last = words.last ?? ""
      switch line.key {
      case "joined":
        facts.joinings.append(
          .init(
            member: Self.id(words[0]), time: try Self.noon(last, Int64(number)),
            invitation: invitations[words[0]]))
      case "same": facts.aliases[Self.id(last)] = Self.id(words[0])
      case "bought":
        sale = SaleID(high: 1, low: UInt64(number))
        facts.purchases.append(
          .init(
            sale: sale, member: Self.id(words[0]), time: try Self.noon(last, 60), net: try words[1].money()))
      case "returned":
        facts.returns.append(
          .init(
            id: ReturnID(high: 1, low: UInt64(number)), sale: sale, time: try Self.noon(last, 120),
            net: try words[1].money()))
      default: break
      }
    }
    let found = ReferralBook(facts, utcOffsetMinutes: 480).evaluate(on: try example.only("asked").day())
    let names = Set(example.all("joined").map(\.headed.head))
    let rewards = found.flatMap(\.rewards).map { given in
      let name = names.first { Self.id($0) == given.member } ?? "?"
      return "\(name) \(given.reward.words.zh) · \(given.reward.words.en)"
    }
    compare("reward", example.all("reward"), rewards)
    say(found.map(\.outcome))
  }

  /// `sold plus-card 1 on 2026-06-15`, `returned 1 on 2026-06-20` (of the sale before it); each
  /// `level plus 2026-06-15 to 2026-12-14` is a period, its last day included.
  private mutating func checkMemberships(_ rulebook: Rulebook) throws {
    var purchases: [MembershipPurchase] = []
    for (number, line) in example.lines.enumerated() where ["sold", "returned"].contains(line.key) {
      let words = line.rest.words
      let time = try Self.noon(words.last ?? "", Int64(number))
      if line.key == "sold" {
        guard let product = rulebook.programs.memberships.first(where: { $0.sku == words[0] }) else {
          throw GoldenFault("no membership is \(words[0])")
        }
        purchases.append(
          MembershipPurchase(
            sale: SaleID(high: 1, low: UInt64(number)), time: time, line: 0, product: product,
            quantity: Quantity(milli: 1000 * (try words[1].count()))))
      } else if !purchases.isEmpty {
        purchases[purchases.count - 1].returns.insert(
          .init(
            id: ReturnID(high: 1, low: UInt64(number)), time: time,
            quantity: Quantity(milli: 1000 * (try words[0].count()))))
      }
    }
    let periods = PaidMembership.periods(of: purchases, utcOffsetMinutes: 480)
    compare(
      "level", example.all("level"),
      periods.map { "\($0.level) \($0.from) to \(Day($0.until.number - 1))" })
  }
}
