import SyncProtocol

/// A way to find a row other than by its key.
struct Lookup: Hashable {
  enum Kind: Int {
    case phone = 1
    case card = 2
    case code = 3
    case lastDigits = 4
    case name = 5
    case alias = 6
    case couponCode = 7
    case couponMember = 8
    /// Coupons that a node holds and that have not been used.
    case couponHolder = 9
  }

  let kind: Kind
  let value: [UInt8]

  static func exist(for kind: RowKind) -> Bool { kind == .member || kind == .coupon }

  static func holder(_ node: NodeID) -> Lookup {
    Lookup(
      kind: .couponHolder, value: (0..<4).map { UInt8(truncatingIfNeeded: node.number >> (24 - 8 * $0)) })
  }

  static func of(_ key: RowKey, _ fields: Fields) -> [Lookup] {
    switch key.kind {
    case .member:
      let row = MemberRow(fields)
      var lookups: [Lookup] = []
      if let id = MemberID(bytes: key.bytes) {
        lookups.append(Lookup(kind: .code, value: ShortCode(id).bytes))
      }
      if let alias = row.aliasOf { lookups.append(Lookup(kind: .alias, value: alias.bytes)) }
      if let phone = row.phoneKey { lookups.append(Lookup(kind: .phone, value: phone.bytes)) }
      if let card = row.card { lookups.append(Lookup(kind: .card, value: Array(card.utf8))) }
      if !row.phoneLastDigits.isEmpty {
        lookups.append(Lookup(kind: .lastDigits, value: Array(row.phoneLastDigits.utf8)))
      }
      if !row.maskedName.isEmpty { lookups.append(Lookup(kind: .name, value: Array(row.maskedName.utf8))) }
      return lookups
    case .coupon:
      guard let row = CouponRow(fields) else { return [] }
      return [
        Lookup(kind: .couponCode, value: Array(row.code.utf8)),
        Lookup(kind: .couponMember, value: row.member.bytes),
      ] + (row.state == .issued ? [.holder(row.holder)] : [])
    default: return []
    }
  }
}
