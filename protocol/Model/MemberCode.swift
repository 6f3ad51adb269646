/// The code printed on a card or shown as QR: 60 bits of the member's (or coupon's) id in 12 characters and
/// a check character, without 0, O, 1 and I (law C4). Nobody has to be asked for a free one.
public struct ShortCode: Hashable, Sendable, CustomStringConvertible {
  public let bits: UInt64
  static let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ".utf8)

  public init(bits: UInt64) { self.bits = bits & 0x0FFF_FFFF_FFFF_FFFF }
  public init<Kind>(_ id: ID<Kind>) { self.init(bits: id.low) }

  /// Nil for a wrong length, a foreign character or a check character that does not fit: a typing mistake.
  public init?(_ text: String) {
    let characters = Array(
      text.uppercased().utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") })
    let values = characters.compactMap { Self.alphabet.firstIndex(of: $0) }
    guard characters.count == 13, values.count == 13 else { return nil }
    bits = values.prefix(12).reduce(UInt64(0)) { $0 << 5 | UInt64($1) }
    guard Self.check(values.dropLast()) == values[12] else { return nil }
  }

  public var description: String {
    let values = (0..<12).map { Int(bits >> UInt64(55 - 5 * $0) & 31) }
    return String(decoding: (values + [Self.check(values[...])]).map { Self.alphabet[$0] }, as: UTF8.self)
  }

  public var bytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: bits >> UInt64(56 - 8 * $0)) } }

  /// Odd weights modulo 32 find every single wrong character; the position in them finds swapped neighbours,
  /// but for two that stand half the alphabet apart.
  private static func check(_ values: ArraySlice<Int>) -> Int {
    values.enumerated().reduce(7) { ($0 + $1.element * (2 * $1.offset + 3)) % 32 }
  }
}

/// A phone number in E.164 form: `+8613800138000`.
public struct PhoneNumber: Hashable, Sendable, CustomStringConvertible {
  public let text: String

  /// Takes what people type: spaces, dashes, brackets; eleven digits beginning with 1 are Chinese mobile
  /// numbers. Nil for what cannot be a number.
  public init?(_ typed: String) {
    let kept = typed.filter { !" -()".contains($0) }
    let digits = kept.hasPrefix("+") ? String(kept.dropFirst()) : kept
    guard (7...15).contains(digits.count), digits.utf8.allSatisfy({ (48...57).contains($0) }) else {
      return nil
    }
    if kept.hasPrefix("+") {
      text = "+" + digits
    } else if digits.count == 11, digits.hasPrefix("1") {
      text = "+86" + digits
    } else {
      return nil
    }
  }

  public var lastDigits: String { String(text.suffix(4)) }
  public var description: String { text }
}

/// What is shown of a name where the whole of it is not needed: `王*明`, `J***n`.
public func maskedName(_ name: String) -> String {
  let characters = Array(name)
  switch characters.count {
  case 0: return ""
  case 1: return "*"
  case 2: return "\(characters[0])*"
  default:
    let stars = String(repeating: "*", count: min(3, characters.count - 2))
    return "\(characters[0])\(stars)\(characters[characters.count - 1])"
  }
}
