import Crypto

/// A 128-bit identifier, UUIDv7 (RFC 9562) when Patron makes it. `Kind` keeps a member's id from being
/// passed where a sale's is wanted.
public struct ID<Kind>: Hashable, Comparable, Sendable {
  public let high: UInt64
  public let low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// UUIDv7 from a time and 74 random bits, both handed in so that a simulation repeats exactly.
  public init(ms: Int64, randomHigh: UInt64, randomLow: UInt64) {
    high = UInt64(truncatingIfNeeded: ms) << 16 | 0x7000 | (randomHigh & 0x0FFF)
    low = 0x8000_0000_0000_0000 | (randomLow & 0x3FFF_FFFF_FFFF_FFFF)
  }

  /// A UUIDv8 that is the same for the same text: an idempotency key names the thing it creates.
  public init(derivedFrom text: String) {
    let bytes = [UInt8](SHA256.hash(data: Array(text.utf8)))
    let first = bytes[0..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let second = bytes[8..<16].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    high = first & ~0xF000 | 0x8000
    low = second & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
  }

  /// The 16 bytes, most significant first; nil unless there are exactly 16.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    (high, low) = bytes.withUnsafeBytes {
      (
        UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
        UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
      )
    }
  }

  public var bytes: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
      bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
      count = 16
    }
  }

  public static func < (a: Self, b: Self) -> Bool { (a.high, a.low) < (b.high, b.low) }
}

extension ID: CustomStringConvertible, LosslessStringConvertible, Codable {
  /// Parses the usual 36-character form, upper or lower case.
  public init?(_ text: String) {
    let characters = Array(text.utf8)
    guard characters.count == 36 else { return nil }
    var digits: [UInt8] = []
    for (index, character) in characters.enumerated() {
      if [8, 13, 18, 23].contains(index) {
        guard character == UInt8(ascii: "-") else { return nil }
      } else {
        guard let digit = Hex.digit(character) else { return nil }
        digits.append(digit)
      }
    }
    high = digits[0..<16].reduce(UInt64(0)) { $0 << 4 | UInt64($1) }
    low = digits[16..<32].reduce(UInt64(0)) { $0 << 4 | UInt64($1) }
  }

  public var description: String {
    let hex = Array(Hex.text(bytes))
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }.joined(separator: "-")
  }

  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let id = Self(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "is not a UUID"))
    }
    self = id
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

public enum MemberKind {}
public enum SaleKind {}
public enum ReturnKind {}
public enum CouponKind {}
public enum CheckInKind {}
public enum MallOrderKind {}
public enum ParticipationKind {}
public enum PrizeDrawnKind {}
public enum QuoteKind {}
public typealias MemberID = ID<MemberKind>
public typealias SaleID = ID<SaleKind>
public typealias ReturnID = ID<ReturnKind>
public typealias CouponID = ID<CouponKind>
public typealias CheckInID = ID<CheckInKind>
public typealias MallOrderID = ID<MallOrderKind>
public typealias ParticipationID = ID<ParticipationKind>
public typealias PrizeDrawnID = ID<PrizeDrawnKind>
public typealias QuoteID = ID<QuoteKind>

/// Lower-case hexadecimal, as used for hashes in JSON and logs.
public enum Hex {
  public static func text(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var out: [UInt8] = []
    for byte in bytes {
      out.append(digits[Int(byte >> 4)])
      out.append(digits[Int(byte & 15)])
    }
    return String(decoding: out, as: UTF8.self)
  }

  public static func bytes(_ text: String) -> [UInt8]? {
    let characters = Array(text.utf8)
    guard characters.count.isMultiple(of: 2) else { return nil }
    var out: [UInt8] = []
    for index in stride(from: 0, to: characters.count, by: 2) {
      guard let first = digit(characters[index]), let second = digit(characters[index + 1]) else {
        return nil
      }
      out.append(first << 4 | second)
    }
    return out
  }

  static func digit(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
