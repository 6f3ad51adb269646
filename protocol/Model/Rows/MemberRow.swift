/// What every store of a region knows of a member: enough to greet and to find, nothing readable more than
/// that. The phone is only its keyed index and its last digits.
public struct MemberRow: Hashable, Sendable {
  public var maskedName: String
  public var phoneKey: PhoneKey?
  public var phoneLastDigits: String
  public var card: String?
  /// `MM-DD`.
  public var birthday: String?
  public var home: NodeID
  /// The record that stands in place of this one after a merge.
  public var aliasOf: MemberID?
  public var enrolledAt: HybridTime

  public init(
    maskedName: String, phoneKey: PhoneKey?, phoneLastDigits: String, card: String?, birthday: String?,
    home: NodeID,
    aliasOf: MemberID?, enrolledAt: HybridTime
  ) {
    self.maskedName = maskedName
    self.phoneKey = phoneKey
    self.phoneLastDigits = phoneLastDigits
    self.card = card
    self.birthday = birthday
    self.home = home
    self.aliasOf = aliasOf
    self.enrolledAt = enrolledAt
  }

  enum Tag {
    static let maskedName: UInt32 = 1
    static let phoneKey: UInt32 = 2
    static let phoneLastDigits: UInt32 = 3
    static let card: UInt32 = 4
    static let birthday: UInt32 = 5
    static let home: UInt32 = 6
    static let aliasOf: UInt32 = 7
    static let enrolledAt: UInt32 = 8
  }

  public init(_ fields: Fields) {
    maskedName = fields.text(Tag.maskedName) ?? ""
    phoneKey = fields.bytes(Tag.phoneKey).map { PhoneKey(bytes: $0) }
    phoneLastDigits = fields.text(Tag.phoneLastDigits) ?? ""
    card = fields.text(Tag.card)
    birthday = fields.text(Tag.birthday)
    home = NodeID(UInt32(truncatingIfNeeded: fields.int(Tag.home) ?? 0))
    aliasOf = fields.bytes(Tag.aliasOf).flatMap { MemberID(bytes: $0) }
    enrolledAt = HybridTime(packed: UInt64(bitPattern: fields.int(Tag.enrolledAt) ?? 0))
  }

  public var fields: Fields {
    var out = Fields()
    out[Tag.maskedName] = .text(maskedName)
    out[Tag.phoneKey] = phoneKey.map { .bytes($0.bytes) }
    out[Tag.phoneLastDigits] = .text(phoneLastDigits)
    out[Tag.card] = card.map { .text($0) }
    out[Tag.birthday] = birthday.map { .text($0) }
    out[Tag.home] = .int(Int64(home.number))
    out[Tag.aliasOf] = aliasOf.map { .bytes($0.bytes) }
    out[Tag.enrolledAt] = .int(Int64(bitPattern: enrolledAt.packed))
    return out
  }
}
