import Foundation
import Seeds
import Testing

@testable import SyncProtocol

/// A day of one supermarket's till rolls: few goods are bought often and many seldom, two of three customers
/// are members, most prices end in 9.
struct Supermarket {
  var random: SplitMix64
  private let goods: [SaleLine]
  private let members: [MemberID]

  init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    let makers = ["农夫", "蒙牛", "金龙鱼", "海天", "三只松鼠", "统一", "旺旺", "心相印", "蓝月亮", "双汇", "君乐宝", "良品"]
    let things = ["山泉水", "纯牛奶", "花生油", "生抽酱油", "坚果礼包", "老坛酸菜面", "雪饼", "抽纸", "洗衣液", "火腿肠", "酸奶", "豆腐干"]
    let sizes = ["550ml", "1L", "250g×12", "5kg", "大包装", "300g", "家庭装"]
    goods = (0..<3_000).map { index in
      let name = makers[index % 12] + things[index / 12 % 12] + sizes[index / 144 % 7]
      return SaleLine(
        sku: "69\(10_000_000_000 + index * 7_919_317 % 89_999_999_999)", name: name,
        category: "c\(index / 144)", quantity: Quantity(milli: 1_000),
        gross: Money(Int64(index % 97) * 50 + 149))
    }
    var members: [MemberID] = []
    for index in 0..<2_000 {
      members.append(
        MemberID(
          ms: 1_700_000_000_000 + Int64(index) * 40_000_000, randomHigh: random.next(),
          randomLow: random.next()))
    }
    self.members = members
  }

  /// Zipf-like: the square of an even share falls on the popular end.
  private mutating func line() -> SaleLine {
    let share = Double.random(in: 0..<1, using: &random)
    let good = goods[Int(share * share * share * Double(goods.count))]
    let isWeighed = Int.random(in: 0..<10, using: &random) == 0
    let pieces: Int64 =
      isWeighed
      ? .random(in: 100...2_500, using: &random) : [1, 1, 1, 1, 2, 3].randomElement(using: &random)! * 1_000
    let gross = Money(good.gross.minor * pieces / 1_000)
    let discounts =
      Int.random(in: 0..<4, using: &random) == 0
      ? [LineDiscount(kind: LineDiscount.tier, source: "tier-gold", amount: Money(gross.minor / 20))] : []
    return SaleLine(
      sku: good.sku, name: good.name, category: good.category, quantity: Quantity(milli: pieces),
      gross: gross,
      discounts: discounts)
  }

  mutating func sale(at ms: Int64, lines count: Int) -> Sale {
    let lines = (0..<count).map { _ in line() }
    let net = lines.reduce(Money.zero) { $0 + $1.net }
    let member = Int.random(in: 0..<3, using: &random) > 0 ? members.randomElement(using: &random) : nil
    let today = LotKey(availableFrom: Day(20_779), expiresOn: Day(21_144))
    let spends = member != nil && Int.random(in: 0..<6, using: &random) == 0
    return Sale(
      id: SaleID(ms: ms, randomHigh: random.next(), randomLow: random.next()),
      businessTime: Timestamp(ms: ms),
      member: member, phone: nil, rulebook: 17, lines: lines,
      tenders: [
        Tender(type: ["wechat", "alipay", "cash", "card"].randomElement(using: &random)!, amount: net)
      ],
      coupons: [],
      spent: spends
        ? [
          LotAmount(
            owner: member!, lot: LotKey(availableFrom: Day(20_500), expiresOn: Day(20_865)),
            points: Points(100))
        ]
        : [],
      earned: Points(member == nil ? 0 : net.minor / 100), earnedLot: today,
      balance: member.map { _ in Points(.random(in: 0...20_000, using: &random)) },
      asOf: Timestamp(ms: ms - .random(in: 200...3_000, using: &random)), offline: false,
      outcomes: member == nil
        ? []
        : [
          RuleOutcome(rule: "tier-gold", code: "applied", amount: net.minor / 20),
          RuleOutcome(
            rule: "spend-100-less-10", code: "below-threshold", distance: max(0, 10_000 - net.minor)),
        ],
      requestDigest: random.next(), growth: member == nil ? 0 : net.minor / 100,
      context: SaleContext(
        store: "S001", channel: "till", tier: member == nil ? nil : "gold", isMember: member != nil))
  }

  mutating func push(sales count: Int, lines: Int) -> PushRequest {
    var (ms, chain): (Int64, ChainHash) = (1_795_311_000_000, .empty)
    var entries: [Entry] = []
    for index in 0..<count {
      ms += .random(in: 8_000...90_000, using: &random)
      let time = HybridTime(ms: ms + .random(in: 1...40, using: &random))
      entries.append(
        Entry(seq: JournalSeq(UInt64(index + 1)), time: time, body: .sale(sale(at: ms, lines: lines))))
      chain = chain.extended(by: entries[index].canonicalBytes)
    }
    return PushRequest(
      epoch: 1, firstSeq: JournalSeq(1), previousHash: .empty, entries: entries, chainHash: chain)
  }
}

struct SizeOnTheWire {
  @Test func `a nine-line sale takes at most 300 bytes before compression, half of its row form`() throws {
    var market = Supermarket(seed: 20_261_122)
    let push = market.push(sales: 500, lines: 9)
    let (columns, rows) = (push.wireBytes.count, push.entries.reduce(0) { $0 + $1.canonicalBytes.count })
    let json = try JSONEncoder().encode(push).count
    print("bytes per sale: columns \(columns / 500), rows \(rows / 500), JSON \(json / 500)")
    #expect(columns <= 300 * 500)
    #expect(columns * 2 <= rows)
  }
}
