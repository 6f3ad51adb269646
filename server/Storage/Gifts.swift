import Foundation
import Loyalty
import ServerCore
import Storage
import SyncProtocol

/// What the chain gives by itself: for joining, for birthdays, for recommending others. Each once, under a
/// key.
extension HubTransaction {
  /// Gives a person what is due to them today.
  func giveGifts(to root: MemberID) throws {
    let now = Timestamp(ms: nowMs)
    let rulebook = try rulebook(at: now)
    let level = try rulebook.tiers?.level(of: tierFacts(of: root), on: rulebook.businessDay(now))
    let due = rulebook.programs.giftsDue(
      try giftFacts(of: root), level: level, on: rulebook.businessDay(now))
    for gift in due {
      try noteBenefit(gift.key, of: root)
      for reward in gift.rewards { try give(reward, to: root, cause: "gift/\(root)/\(gift.key)") }
    }
  }

  func noteBenefit(_ benefit: String, of root: MemberID) throws {
    try db.run(
      """
      INSERT INTO benefits_given (member, benefit, at_ms) VALUES (?, ?, ?)
      ON CONFLICT DO NOTHING
      """,
      [root.bytes, benefit, nowMs])
  }

  private func giftFacts(of root: MemberID) throws -> GiftFacts {
    var facts: GiftFacts?
    for record in try group(of: root) {
      guard let row = try db.rows("SELECT enrolled_ms FROM members WHERE member = ?", [record.bytes]).first
      else { continue }
      let enrolled = Timestamp(ms: row[0])
      let rulebook = try rulebook(at: enrolled)
      let birthday = try registers(of: record)[Register.birthdayField]?.value
      let one = GiftFacts(
        enrolled: rulebook.businessDay(enrolled), signUp: rulebook.programs.gifts?.signUp,
        birthday: birthday.flatMap { MonthDay(String($0.suffix(5))) },
        given: Set(
          try db.rows("SELECT benefit FROM benefits_given WHERE member = ?", [record.bytes])
            .map { $0[0] as String }))
      if facts == nil { facts = one } else { facts?.merge(one) }
    }
    return facts ?? GiftFacts(enrolled: .never)
  }

  /// Points go to the lot of today, a coupon is issued; `cause` names it, so that it is given once.
  func give(_ reward: Reward, to member: MemberID, cause name: String) throws {
    let now = Timestamp(ms: nowMs)
    let rulebook = try rulebook(at: now)
    if let points = reward.points, points > .zero {
      var cause = Cause(
        node: .hub, epoch: 0, seq: JournalSeq(try nextHubCause()), businessTime: now,
        rulebook: rulebook.version, reference: ID<Reward>(derivedFrom: name).bytes)
      let lot = rulebook.lot(earnedOn: rulebook.businessDay(now))
      try earn(points, lot: lot, member: member, holder: nil, &cause)
    }
    if let template = reward.template {
      _ = try giveCoupon(template, to: member, because: name, key: name)
    }
  }

  /// Takes points of a reward back as those of a return: from what nobody holds first.
  private func takeBack(_ reward: Reward, from member: MemberID, cause name: String) throws {
    guard let points = reward.points, points > .zero else { return }
    let now = Timestamp(ms: nowMs)
    let rulebook = try rulebook(at: now)
    let free = try lotStates(of: member).filter { $0.free > .zero }
      .map { LotAmount(owner: member, lot: $0.lot, points: $0.free) }
    let day = rulebook.businessDay(now)
    var origin = MovementOrigin(
      node: .hub, epoch: 0, seq: JournalSeq(try nextHubCause()), businessTime: now,
      rulebook: rulebook.version, cause: ID<Reward>(derivedFrom: name).bytes)
    let clawback = rulebook.clawback(
      points, earnedIn: nil, from: free, known: try self.points(of: member), owed: try debt(of: member),
      on: day)
    try book(clawback.movements(debtor: member, &origin))
  }

  // MARK: recommendations

  /// Gives and takes back what recommendations come to, unless it was done in the meantime.
  public func settle(_ due: [ReferralEffect]) throws {
    for effect in due { try follow(effect.reward.member) { try make(effect) } }
  }

  private func make(_ effect: ReferralEffect) throws {
    let (key, member) = (effect.reward.key, effect.reward.member)
    let name = "\(key)/\(effect.number)"
    let isNew = try db.change(
      """
      INSERT INTO referral_effects (effect, number, member, reward, at_ms) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO NOTHING
      """,
      [
        key, effect.number, member.bytes,
        String(decoding: try JSONEncoder().encode(effect.reward.reward), as: UTF8.self), nowMs,
      ])
    if isNew == 0 { return }
    if effect.isClawback {
      try takeBack(effect.reward.reward, from: member, cause: name)
    } else {
      try give(effect.reward.reward, to: member, cause: name)
    }
  }

  func referrals() throws -> [Referral] {
    let now = Timestamp(ms: nowMs)
    let rulebook = try rulebook(at: now)
    return ReferralBook(try referralFacts(), utcOffsetMinutes: rulebook.utcOffsetMinutes)
      .evaluate(on: rulebook.businessDay(now))
  }

  /// Of everybody who recommended or was recommended, with all their records.
  func referralFacts() throws -> ReferralFacts {
    var facts = ReferralFacts()
    let named = try db.rows(
      """
      SELECT member FROM members WHERE referrer IS NOT NULL UNION SELECT referrer FROM members
      WHERE referrer IS NOT NULL
      """
    ).compactMap { MemberID(bytes: $0[0] as [UInt8]) }
    var persons: Set<MemberID> = []
    for member in named where try !db.rows("SELECT 1 FROM members WHERE member = ?", [member.bytes]).isEmpty {
      persons.insert(try root(of: member))
    }
    for person in persons.sorted() {
      for record in try group(of: person) {
        guard
          let row = try db.rows(
            "SELECT enrolled_ms, referrer, alias_of FROM members WHERE member = ?", [record.bytes]
          ).first
        else { continue }
        let time = Timestamp(ms: row[0])
        let terms = try rulebook(at: time).programs.referral
        let referrer = (row[1] as [UInt8]?).flatMap { MemberID(bytes: $0) }
        let invitation = referrer.flatMap { referrer in
          terms.map { ReferralFacts.Invitation(referrer: referrer, terms: $0) }
        }
        facts.joinings.append(
          ReferralFacts.Joining(member: record, time: time, invitation: invitation))
        if let winner = (row[2] as [UInt8]?).flatMap({ MemberID(bytes: $0) }) {
          facts.aliases[record] = winner
        }
        try addPurchases(of: record, to: &facts)
      }
    }
    return facts
  }

  private func addPurchases(of record: MemberID, to facts: inout ReferralFacts) throws {
    for row in try db.rows(
      "SELECT sale, business_ms, net, sale_no FROM sales WHERE member = ?", [record.bytes])
    {
      guard let sale = SaleID(bytes: row[0] as [UInt8]) else { continue }
      facts.purchases.append(
        ReferralFacts.Purchase(sale: sale, member: record, time: Timestamp(ms: row[1]), net: Money(row[2])))
      for back in try db.rows(
        "SELECT sale_return, business_ms, net FROM returns WHERE sale_no = ?", [row[3] as Int64])
      {
        guard let id = ReturnID(bytes: back[0] as [UInt8]) else { continue }
        facts.returns.append(
          ReferralFacts.Return(id: id, sale: sale, time: Timestamp(ms: back[1]), net: Money(back[2])))
      }
    }
  }

  func madeEffects() throws -> [ReferralEffect] {
    try db.rows("SELECT effect, number, member, reward FROM referral_effects").compactMap { row in
      guard let member = MemberID(bytes: row[2] as [UInt8]) else { return nil }
      let reward = try JSONDecoder().decode(Reward.self, from: Data((row[3] as String).utf8))
      return ReferralEffect(
        reward: ReferralReward(key: row[0], member: member, reward: reward), number: row[1])
    }
  }
}

/// A recommendation and what has become of it.
public struct ReferralInfo: Hashable, Sendable, Codable {
  public let refereeId: MemberID
  public let referrerId: MemberID
  public let joined: Timestamp
  public let code: String
  public let text: Words
}

public struct ReferralList: Hashable, Sendable, Codable {
  public let referrals: [ReferralInfo]
  /// Send it back as `after` for the next page; nil at the end.
  public let next: MemberID?
}

extension HubStore {
  private static let referralPage = 5_000

  /// In the order of joining, from behind a newcomer on.
  public func referrals(after: MemberID? = nil) throws -> ReferralList {
    try reading { reader in
      let currency = try reader.rulebook(at: Timestamp(ms: environment.nowMs())).currency
      let all = try reader.referrals()
      let start = after.flatMap { after in all.firstIndex { $0.referee == after } }.map { $0 + 1 } ?? 0
      let page = all[start...].prefix(Self.referralPage)
      return ReferralList(
        referrals: page.map {
          ReferralInfo(
            refereeId: $0.referee, referrerId: $0.referrer, joined: $0.joined, code: $0.outcome.code,
            text: $0.outcome.words(currency: currency))
        },
        next: page.endIndex < all.endIndex ? page.last?.referee : nil)
    }
  }

  /// What recommendations come to today and has not been given or taken back yet.
  public func dueReferrals() throws -> [ReferralEffect] {
    try reading { ReferralEffect.due(of: try $0.referrals(), made: try $0.madeEffects()) }
  }
}
