import AgentCore
import Curl
import SyncProtocol

/// A small chain's rules and the requests of its tills.
public enum DemoChain {
  /// A point a yuan, two for fresh goods; 100 points pay one yuan, up to half of the bill.
  public static let rulebook: JSONValue = [
    "effectiveFrom": "2026-01-01T00:00:00Z",
    "name": ["zh": "基础规则", "en": "Basics"], "currency": "CNY", "utcOffsetMinutes": 480,
    "earning": [
      ["id": "fresh", "per": 100, "points": 2, "scope": ["categories": ["fresh"]]],
      ["id": "base", "per": 100, "points": 1],
    ],
    "expiry": ["policy": "yearEnd", "years": 1],
    "pointsPayment": ["points": 100, "worth": 100, "minimum": 100, "step": 100, "maxSharePermille": 500],
    "tiers": [
      "id": "main", "name": ["zh": "等级", "en": "Tiers"], "metric": "spend",
      "window": ["kind": "calendarYear"], "downgrade": "recompute",
      "levels": [
        [
          "id": "silver", "name": ["zh": "银卡", "en": "Silver"], "threshold": 1_000_000,
          "benefits": [["kind": "discount", "payRatePermille": 950]],
        ]
      ],
    ],
    "checkInPoints": 5, "holding": ["homePermille": 500, "lastStorePermille": 250],
    "mall": [["id": "mug", "name": ["zh": "马克杯", "en": "Mug"], "sku": "mug", "points": 2]],
    "activities": [["id": "share", "name": ["zh": "分享", "en": "Sharing"], "points": 3]],
    "draws": [
      [
        "id": "wheel", "name": ["zh": "转盘", "en": "Wheel"], "pointsPerDraw": 1, "perMemberDay": 20,
        "prizes": [
          ["id": "two", "name": ["zh": "两分", "en": "Two points"], "reward": ["points": 2], "weight": 1]
        ],
      ]
    ],
  ]

  public static let tenOff: JSONValue = [
    "kind": "amountOff", "name": ["zh": "减十元", "en": "Ten off"], "value": 1_000, "minimumSpend": 0,
  ]

  /// The `number`-th mobile number of the tests.
  public static func phone(_ number: Int) -> String { "138\(String(10_000_000 + number).suffix(8))" }
}

extension SaleRequest {
  /// One line of goods for so much money.
  public static func of(
    _ minor: Int64, to member: MemberID? = nil, phone: String? = nil, points: Int64 = 0,
    coupons: [String] = [], id: SaleID? = nil
  ) -> SaleRequest {
    SaleRequest(
      saleId: id, memberId: member, phone: phone,
      lines: [LineRequest(sku: "690100", quantity: Quantity(milli: 1_000), unitPrice: Money(minor))],
      coupons: coupons.isEmpty ? nil : coupons, points: points == 0 ? nil : Points(points))
  }
}

extension EnrolmentRequest {
  public static func of(_ name: String? = nil, phone: String? = nil, card: String? = nil) -> EnrolmentRequest
  {
    EnrolmentRequest(name: name, phone: phone, card: card)
  }
}
