import Loyalty
import Seeds
import SyncProtocol
import Testing

struct StatementTexts {
  @Test func `the last balance is what is available, and every line leads from one to the next`() {
    forAll { (samples: inout LedgerSamples) in
      let ledger = MemberLedger(samples.movements(0...20))
      let day = LedgerSamples.day(samples.number(-45...60))
      let lines = ledger.statement(through: day, utcOffsetMinutes: LedgerSamples.offset)
      var balance = Points.zero
      for line in lines {
        balance += line.points
        guard line.balance == balance, line.day <= day else { return false }
      }
      let movements = lines.compactMap { if case .movement(let one) = $0.event { one } else { nil } }
      return balance == ledger.available(on: day)
        && zip(lines, lines.dropFirst()).allSatisfy { $0.day <= $1.day }
        && Set(movements) == Set(ledger.counted) && movements.count == ledger.counted.count
    }
  }

  @Test func `on each day the balance was what was available then`() {
    forAll { (samples: inout LedgerSamples) in
      let ledger = samples.ledger()
      let lines = ledger.statement(through: LedgerSamples.day(60), utcOffsetMinutes: LedgerSamples.offset)
      let day = LedgerSamples.day(samples.number(-45...60))
      let then = ledger.through(day, utcOffsetMinutes: LedgerSamples.offset).available(on: day)
      return (lines.last { $0.day <= day }?.balance ?? .zero) == then
    }
  }

  private static let owner = LedgerSamples.owners[0]
  private static let today = LedgerSamples.today
  private static let active = LotKey(availableFrom: Day(0), expiresOn: .never)
  private static let pending = LotKey(availableFrom: Day("2026-06-22")!, expiresOn: .never)
  private static let over = LotKey(availableFrom: Day(0), expiresOn: Day("2026-06-01")!)
  private static let sale = StatementFact.sale(net: Money(120_00), store: "南京路店", on: today)
  private static let back = StatementFact.saleReturn(
    net: Money(30_50), store: "南京路店", soldOn: Day("2026-06-01")!)

  private func movement(
    _ kind: MovementKind, _ points: Int64, debt: Int64 = 0, _ lot: LotKey = active,
    decision: MovementDecision? = nil
  ) -> Movement {
    var origin = MovementOrigin(
      node: NodeID(3), epoch: 1, seq: JournalSeq(1), businessTime: Samples.noon, rulebook: 1)
    return origin.movement(
      kind, of: Self.owner, lot: lot, points: Points(points), debt: Points(debt), decision: decision)
  }

  private func words(
    _ event: StatementLine.Event, _ fact: StatementFact?, having: Int64 = 1_000
  ) throws -> [String] {
    let line: StatementLine?
    switch event {
    case .movement(let movement):
      // What it needs to count is there before it.
      var origin = MovementOrigin(
        node: NodeID(9), epoch: 0, seq: JournalSeq(1), businessTime: Timestamp(ms: 0), rulebook: 1)
      let earn = origin.movement(.earn, of: Self.owner, lot: movement.lot, points: Points(having))
      line = MemberLedger([earn, movement]).statement(through: Self.today, utcOffsetMinutes: 480).last
    case .activated(let amount), .expired(let amount):
      var origin = MovementOrigin(
        node: NodeID(9), epoch: 0, seq: JournalSeq(1), businessTime: Timestamp(ms: 0), rulebook: 1)
      let earn = origin.movement(.earn, of: amount.owner, lot: amount.lot, points: amount.points)
      line = MemberLedger([earn]).statement(through: Self.today, utcOffsetMinutes: 480).last
    }
    let words = try #require(line).words(fact, currency: "CNY")
    return [words.zh, words.en]
  }

  private func check(
    _ movement: Movement, _ fact: StatementFact? = nil, having: Int64 = 1_000, _ zh: String, _ en: String,
    at location: SourceLocation = #_sourceLocation
  ) throws {
    let words = try words(.movement(movement), fact, having: having)
    #expect(words == [zh, en], sourceLocation: location)
  }

  @Test func `a line says what was earned, and where`() throws {
    try check(
      movement(.earn, 120), Self.sale, "2026-06-15 在南京路店消费 ¥120.00，获得 120 积分",
      "120 points earned by a purchase of ¥120.00 at 南京路店 on 2026-06-15")
    try check(
      movement(.earn, 120, Self.pending), Self.sale, "2026-06-15 在南京路店消费 ¥120.00，获得 120 积分，2026-06-22 起可用",
      "120 points earned by a purchase of ¥120.00 at 南京路店 on 2026-06-15, to be spent from 2026-06-22")
    try check(
      movement(.earn, 2), .checkIn(store: "S001"), "在S001签到，获得 2 积分", "2 points earned by a visit to S001")
    try check(
      movement(.earn, 50), .campaign(Words(zh: "夏日", en: "Summer")), "参加“夏日”，获得 50 积分",
      "50 points earned by “Summer”")
    try check(movement(.earn, 7), nil, "获得 7 积分", "7 points earned")
  }

  @Test func `a line says what was used, came back or was taken back`() throws {
    try check(
      movement(.spend, -100), Self.sale, "2026-06-15 在南京路店消费，使用 100 积分，另付 ¥120.00",
      "100 points used at 南京路店 on 2026-06-15, beside ¥120.00 paid")
    try check(movement(.spend, -100), nil, "使用 100 积分", "100 points used")
    try check(
      movement(.restore, 40), Self.back, "在南京路店退回 2026-06-01 所购 ¥30.50 商品，退还 40 积分",
      "40 points given back: goods of ¥30.50, bought on 2026-06-01, returned at 南京路店")
    try check(
      movement(.restore, 40, Self.over), Self.back,
      "在南京路店退回 2026-06-01 所购 ¥30.50 商品，退还 40 积分，但该批积分已到期",
      "40 points given back: goods of ¥30.50, bought on 2026-06-01, returned at 南京路店, "
        + "but these points have expired")
    try check(
      movement(.clawback, -30), Self.back, "在南京路店退回 2026-06-01 所购 ¥30.50 商品，扣回 30 积分",
      "30 points taken back: goods of ¥30.50, bought on 2026-06-01, returned at 南京路店")
    try check(movement(.clawback, -30), nil, "退货，扣回 30 积分", "30 points taken back: goods returned")
  }

  @Test func `a line says what is owed, paid and written off`() throws {
    try check(
      movement(.debt, 0, debt: 25), Self.back, having: 0, "在南京路店退回 2026-06-01 所购 ¥30.50 商品，积分不足，欠 25 分",
      "25 points short and owed: goods of ¥30.50, bought on 2026-06-01, returned at 南京路店")
    try check(
      movement(.debt, 0, debt: 25), Self.sale, having: 0, "2026-06-15 在南京路店消费使用积分，积分不足，欠 25 分",
      "25 points short and owed: points used at 南京路店 on 2026-06-15")
    try check(movement(.debt, 0, debt: 25), nil, having: 0, "积分不足，欠 25 分", "25 points short and owed")
    try check(movement(.loss, 0, debt: -10), nil, "所欠 10 分免于追讨", "10 of the points owed are written off")
    try check(
      movement(.settle, -15, debt: -15), nil, "以 15 积分抵清所欠或待扣",
      "15 points pay what was owed or to be taken")
  }

  @Test func `what is only still to be taken elsewhere is not called owed (P7)`() throws {
    try check(
      movement(.debt, 0, debt: 25), Self.back, having: 25,
      "在南京路店退回 2026-06-01 所购 ¥30.50 商品，25 分待从其他门店或总部保管的积分中扣回",
      "25 points still to be taken back where another store or headquarters holds them: "
        + "goods of ¥30.50, bought on 2026-06-01, returned at 南京路店")
    try check(
      movement(.debt, 0, debt: 25), nil, having: 10, "积分不足，欠 15 分，另有 10 分待从其他门店或总部保管的积分中扣回",
      "15 points short and owed, "
        + "10 points still to be taken back where another store or headquarters holds them")
    func standing(_ having: Int64) -> [String] {
      var origin = MovementOrigin(
        node: NodeID(9), epoch: 0, seq: JournalSeq(1), businessTime: Timestamp(ms: 0), rulebook: 1)
      let earn = origin.movement(.earn, of: Self.owner, lot: Self.active, points: Points(having))
      return MemberLedger([earn, movement(.debt, 0, debt: 25)]).words(on: Self.today).dropFirst(2).map(\.zh)
    }
    #expect(standing(25) == ["25 积分待从其他门店或总部保管处扣回，已从可用积分中扣除"])
    #expect(standing(10) == ["10 积分待从其他门店或总部保管处扣回，已从可用积分中扣除", "欠 15 积分，已从可用积分中扣除"])
  }

  @Test func `a reward that is taken back says whose goods came back, and no goods of one's own`() throws {
    try check(
      movement(.earn, 50), .referral(isMerged: false), "推荐奖励，获得 50 积分",
      "50 points earned by a recommendation")
    try check(
      movement(.clawback, -50), .referral(isMerged: false), "被推荐的新会员退货，推荐奖励收回，扣回 50 积分",
      "50 points taken back: the new member's purchase was returned, "
        + "so the reward for the recommendation goes back")
    try check(
      movement(.clawback, -50), .referral(isMerged: true), "合并后推荐不再成立，推荐奖励收回，扣回 50 积分",
      "50 points taken back: the recommendation no longer holds after a merge")
    try check(
      movement(.restore, 60), .campaign(Words(zh: "大米", en: "Rice")), "取消“大米”，退还 60 积分",
      "60 points given back: “Rice” cancelled")
  }

  @Test func `a line says who decided, and why`() throws {
    let decision = MovementDecision(reason: "补登小票", actor: "zhang")
    try check(
      movement(.adjust, 20, decision: decision), nil, "人工增加 20 积分：补登小票（经办人 zhang）",
      "20 points added by hand: 补登小票 (by zhang)")
    try check(
      movement(.adjust, -20, decision: decision), nil, "人工扣减 20 积分：补登小票（经办人 zhang）",
      "20 points taken by hand: 补登小票 (by zhang)")
    let gift = MovementDecision(reason: "家人", actor: "li")
    try check(
      movement(.transferIn, 30, decision: gift), .member("王*"), "由 王* 转入 30 积分：家人（经办人 li）",
      "30 points from 王*: 家人 (by li)")
    try check(
      movement(.transferOut, -30, decision: gift), .member("王*"), "转给 王* 30 积分：家人（经办人 li）",
      "30 points given to 王*: 家人 (by li)")
    try check(
      movement(.transferOut, -30, decision: gift), nil, "转给其他会员 30 积分：家人（经办人 li）",
      "30 points given to another member: 家人 (by li)")
  }

  @Test func `a line says what lapsed and what may be spent from now on`() throws {
    let over = LotAmount(owner: Self.owner, lot: Self.over, points: Points(80))
    #expect(
      try words(.expired(over), nil) == [
        "80 积分已到期（有效至 2026-05-31）", "80 points expired; their last day was 2026-05-31",
      ])
    let freed = LotKey(availableFrom: Day("2026-06-10")!, expiresOn: .never)
    let activated = LotAmount(owner: Self.owner, lot: freed, points: Points(60))
    #expect(
      try words(.activated(activated), nil) == [
        "冻结积分 60 分解冻，可以使用", "60 pending points may be spent now",
      ])
  }

  @Test func `a year of points reads as a story whose balance adds up`() {
    let lot = LotKey(availableFrom: Day("2026-01-08")!, expiresOn: Day("2026-06-01")!)
    func at(_ time: String, _ seq: UInt64) -> MovementOrigin {
      MovementOrigin(
        node: NodeID(3), epoch: 1, seq: JournalSeq(seq), businessTime: Timestamp(time)!, rulebook: 1)
    }
    var (bought, spent, back) = (
      at("2026-01-01T12:00:00+08:00", 1), at("2026-02-01T12:00:00+08:00", 2),
      at("2026-06-02T12:00:00+08:00", 3)
    )
    let ledger = MemberLedger([
      bought.movement(.earn, of: Self.owner, lot: lot, points: Points(100)),
      spent.movement(.spend, of: Self.owner, lot: lot, points: Points(-70)),
      back.movement(.restore, of: Self.owner, lot: lot, points: Points(70)),
      back.movement(.debt, of: Self.owner, debt: Points(100)),
      back.movement(.loss, of: Self.owner, debt: Points(-60)),
    ])
    let lines = ledger.statement(through: Self.today, utcOffsetMinutes: 480)
    let story = lines.map { line in
      "\(line.day) \(line.points.count) \(line.balance.count) \(line.words(nil, currency: "CNY").en)"
    }
    #expect(
      story == [
        "2026-01-01 0 0 100 points earned, to be spent from 2026-01-08",
        "2026-01-08 100 100 100 pending points may be spent now", "2026-02-01 -70 30 70 points used",
        "2026-06-01 -30 0 30 points expired; their last day was 2026-05-31",
        "2026-06-02 0 0 70 points given back: goods returned, but these points have expired",
        "2026-06-02 -100 -100 100 points short and owed",
        "2026-06-02 60 -40 60 of the points owed are written off",
      ])
  }

  @Test func `every line has its words, Chinese in one and none in the other`() {
    func isChinese(_ text: String) -> Bool {
      text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
    }
    let facts: [StatementFact?] = [
      nil, .sale(net: Money(1), store: "S1", on: Self.today),
      .saleReturn(net: Money(1), store: "S1", soldOn: Self.today), .checkIn(store: "S1"),
      .campaign(Words(zh: "夏日", en: "Summer")), .member("W*"),
      .referral(isMerged: false), .referral(isMerged: true),
    ]
    forAll { (samples: inout LedgerSamples) in
      let ledger = MemberLedger(samples.movements())
      let lines = ledger.statement(through: Self.today, utcOffsetMinutes: LedgerSamples.offset)
      return lines.allSatisfy { line in
        let words = line.words(samples.oneOf(facts), currency: "CNY")
        return isChinese(words.zh) && !isChinese(words.en) && words.en.contains(" ")
      }
    }
  }
}
