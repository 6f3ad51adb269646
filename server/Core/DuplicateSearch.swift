import SyncProtocol

/// Finds people who may be one although they claim nothing in common 疑似重复会员: they have the same name, and
/// the same birthday or the same last digits of a phone. Records come in the order of their names.
public struct DuplicateSearch: Sendable {
  /// A record, and the person whose it is.
  public struct Record: Hashable, Sendable {
    public let person: MemberID
    public let name: String
    public let birthday: String?
    public let phone: String?

    public init(person: MemberID, name: String, birthday: String?, phone: String?) {
      (self.person, self.name, self.birthday, self.phone) = (person, name, birthday, phone)
    }
  }

  /// Two people, and why somebody should look at them.
  public struct Suspicion: Hashable, Sendable {
    public let first: MemberID
    public let second: MemberID
    public let reason: String
  }

  /// Of one name and birthday, or name and digits, so many are remembered: a page of people who are all
  /// called alike helps nobody.
  public static let remembered = 8

  public static let sameBirthday = "same name and birthday"
  public static let sameDigits = "same name and last digits of the phone"

  private var name = ""
  private var byBirthday: [String: [Record]] = [:]
  private var byDigits: [String: [Record]] = [:]

  public init() {}

  /// The earlier records that this one is like.
  public mutating func add(_ record: Record) -> [Suspicion] {
    if record.name != name { (name, byBirthday, byDigits) = (record.name, [:], [:]) }
    guard record.name.contains(where: { !$0.isWhitespace }) else { return [] }
    var found: [Suspicion] = []
    func suspect(_ earlier: [Record], _ reason: String) {
      for one in earlier where one.person != record.person && Self.mayBeOne(one, record) {
        if !found.contains(where: { $0.first == one.person }) {
          found.append(Suspicion(first: one.person, second: record.person, reason: reason))
        }
      }
    }
    if let birthday = record.birthday {
      suspect(byBirthday[birthday, default: []], Self.sameBirthday)
      Self.remember(record, in: &byBirthday[birthday, default: []])
    }
    if let digits = record.phone.map({ String($0.suffix(4)) }), digits.count == 4 {
      suspect(byDigits[digits, default: []], Self.sameDigits)
      Self.remember(record, in: &byDigits[digits, default: []])
    }
    return found
  }

  private static func remember(_ record: Record, in bucket: inout [Record]) {
    if bucket.count < remembered { bucket.append(record) }
  }

  /// Nobody has two birthdays.
  private static func mayBeOne(_ first: Record, _ second: Record) -> Bool {
    guard let one = first.birthday, let other = second.birthday else { return true }
    return one == other
  }
}
