/// A moment: milliseconds since 1970-01-01T00:00:00Z. In JSON an RFC 3339 text.
public struct Timestamp: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  public var ms: Int64
  public init(ms: Int64) { self.ms = ms }
  public static func < (a: Timestamp, b: Timestamp) -> Bool { a.ms < b.ms }

  /// The calendar day at an offset from UTC; a chain's business day is this with the rulebook's offset.
  /// Moments beyond all calendars, which only a broken message holds, fall on the first or the last day.
  public func day(utcOffsetMinutes: Int) -> Day {
    let offset = Int64(utcOffsetMinutes) * 60_000
    let local = ms.addingReportingOverflow(offset)
    return Day(Int32(clamping: (local.overflow ? ms : local.partialValue).flooredDivision(by: 86_400_000)))
  }

  /// The first and the last moment that RFC 3339 can write.
  static let written: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

  /// RFC 3339; a moment outside its years 0000 to 9999 is written as the nearest inside.
  public var description: String {
    let ms = min(max(ms, Timestamp.written.lowerBound), Timestamp.written.upperBound)
    let day = Timestamp(ms: ms).day(utcOffsetMinutes: 0)
    let inDay = ms - Int64(day.number) * 86_400_000
    let (second, milli) = (inDay / 1000, inDay % 1000)
    let clock = "\(pad(second / 3600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))"
    return "\(day)T\(clock)\(milli == 0 ? "" : ".\(pad(milli, 3))")Z"
  }

  /// Parses RFC 3339, any offset, up to milliseconds kept; nil for anything else.
  public init?(_ text: String) {
    var scanner = DigitScanner(text)
    guard let year = scanner.number(4), scanner.skip("-"), let month = scanner.number(2), scanner.skip("-"),
      let dayOfMonth = scanner.number(2), scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
      let hour = scanner.number(2), scanner.skip(":"), let minute = scanner.number(2), scanner.skip(":"),
      let second = scanner.number(2), let day = Day(year: year, month: month, day: dayOfMonth),
      hour < 24, minute < 60, second <= 60
    else { return nil }
    let milli = scanner.skip(".") ? scanner.fractionMs() : 0
    guard let milli, let offset = scanner.offsetMinutes(), scanner.isAtEnd else { return nil }
    let seconds = Int64(day.number) * 86_400 + Int64(hour * 3600 + minute * 60 + second - offset * 60)
    ms = seconds * 1000 + Int64(milli)
    guard Timestamp.written.contains(ms) else { return nil }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = Timestamp(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a time is RFC 3339, such as 2026-11-22T09:30:00+08:00")
    }
    self = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// A calendar day, counted from 1970-01-01. Lots become available and expire on days.
public struct Day: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
  public let number: Int32
  public init(_ number: Int32) { self.number = number }
  /// Later than any day a chain will see: what "never expires" sorts as.
  public static let never = Day(Int32.max)
  public static func < (a: Day, b: Day) -> Bool { a.number < b.number }

  /// Nil for a day that the Gregorian calendar does not have, or more than five million years away.
  public init?(year: Int, month: Int, day: Int) {
    guard (-6_000_000...6_000_000).contains(year), (1...12).contains(month), day >= 1,
      day <= Day.length(ofMonth: month, year: year)
    else {
      return nil
    }
    // Days from civil, with years counted from March so that the leap day comes last.
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    guard let number = Int32(exactly: era * 146_097 + dayOfEra - 719_468) else { return nil }
    self.number = number
  }

  public var components: (year: Int, month: Int, day: Int) {
    let shifted = Int(number) + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
  }

  static func length(ofMonth month: Int, year: Int) -> Int {
    if month == 2 {
      return year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
    }
    return [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  public var description: String {
    let (year, month, day) = components
    return "\(pad(Int64(year), 4))-\(pad(Int64(month), 2))-\(pad(Int64(day), 2))"
  }

  /// Parses `YYYY-MM-DD`; years outside 0000 to 9999 have a sign or more digits.
  public init?(_ text: String) {
    var scanner = DigitScanner(text)
    let sign = scanner.skip("-") ? -1 : 1
    guard let year = scanner.number(atLeast: 4, atMost: 7), scanner.skip("-"), let month = scanner.number(2),
      scanner.skip("-"), let day = scanner.number(2), scanner.isAtEnd
    else { return nil }
    self.init(year: sign * year, month: month, day: day)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let day = Day(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "a day is YYYY-MM-DD")
    }
    self = day
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

func pad(_ value: Int64, _ width: Int) -> String {
  let digits = String(value.magnitude)
  return (value < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension Int64 {
  /// Division that rounds towards minus infinity, so that moments before 1970 fall on the right day.
  func flooredDivision(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}

/// Reads the fixed-width digits of a time.
private struct DigitScanner {
  private let bytes: [UInt8]
  private var position = 0

  /// Nothing that is longer than 64 bytes is a time; it is cut so that it does not read as one.
  init(_ text: String) { bytes = Array(text.utf8.prefix(65)) }

  var isAtEnd: Bool { position == bytes.count && bytes.count <= 64 }

  mutating func number(_ width: Int) -> Int? {
    guard position + width <= bytes.count else { return nil }
    var value = 0
    for byte in bytes[position..<position + width] {
      guard (48...57).contains(byte) else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    position += width
    return value
  }

  mutating func number(atLeast: Int, atMost: Int) -> Int? {
    let digits = bytes[position...].prefix(atMost).prefix { (48...57).contains($0) }.count
    return digits >= atLeast ? number(digits) : nil
  }

  mutating func skip(_ character: Character) -> Bool {
    guard position < bytes.count, bytes[position] == character.asciiValue else { return false }
    position += 1
    return true
  }

  mutating func fractionMs() -> Int? {
    var (value, digits) = (0, 0)
    while let digit = number(1) {
      if digits < 3 { value = value * 10 + digit }
      digits += 1
    }
    guard digits > 0 else { return nil }
    while digits < 3 {
      value *= 10
      digits += 1
    }
    return value
  }

  mutating func offsetMinutes() -> Int? {
    if skip("Z") || skip("z") { return 0 }
    let sign = skip("+") ? 1 : skip("-") ? -1 : 0
    guard sign != 0, let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60
    else {
      return nil
    }
    return sign * (hours * 60 + minutes)
  }
}
