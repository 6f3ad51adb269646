/// An exact number, as sums on paper have them.
struct Fraction: Equatable {
  let top: Int64
  let bottom: Int64

  init(_ top: Int64, _ bottom: Int64 = 1) {
    var (a, b) = (top.magnitude, bottom.magnitude)
    while b != 0 { (a, b) = (b, a % b) }
    let divisor = max(1, Int64(a)) * (bottom < 0 ? -1 : 1)
    (self.top, self.bottom) = (top / divisor, bottom / divisor)
  }

  static func + (a: Fraction, b: Fraction) -> Fraction {
    Fraction(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom)
  }
  static func - (a: Fraction, b: Fraction) -> Fraction { a + Fraction(-b.top, b.bottom) }
  static func * (a: Fraction, b: Fraction) -> Fraction { Fraction(a.top * b.top, a.bottom * b.bottom) }
  static func / (a: Fraction, b: Fraction) -> Fraction { Fraction(a.top * b.bottom, a.bottom * b.top) }

  /// In units of which one is `parts`; nil where that is not whole.
  func whole(in parts: Int64) -> Int64? { top * parts % bottom == 0 ? top * parts / bottom : nil }
}

/// A sum as somebody writes it on paper, each step of which is checked: `12.50 × 3 - 5.00 = 32.50`, and
/// `7.623 → 7.62` where it is rounded to the last figure written.
struct GoldenSum {
  let result: Fraction

  init(_ text: String) throws {
    var steps: [(isRounded: Bool, text: String)] = [(false, "")]
    for character in text {
      switch character {
      case "=": steps.append((false, ""))
      case "→": steps.append((true, ""))
      default: steps[steps.count - 1].text.append(character)
      }
    }
    var result: Fraction?
    for step in steps {
      var reader = SumReader(step.text)
      let value = try reader.sum()
      guard reader.isAtEnd else { throw GoldenFault("no sum: \(text)") }
      if let before = result {
        let decimals = step.text.split(separator: ".").dropFirst().last?.filter(\.isNumber).count ?? 0
        let unit = Fraction(1, (0..<decimals).reduce(1) { power, _ in power * 10 })
        let difference = before - value
        let isNear = abs(difference.top) * unit.bottom < unit.top * difference.bottom
        guard step.isRounded ? isNear : before == value else {
          throw GoldenFault("the sum does not come out: \(text)")
        }
      }
      result = value
    }
    self.result = result ?? Fraction(0)
  }
}

private struct SumReader {
  private var rest: [Character]

  init(_ text: String) { rest = text.filter { !$0.isWhitespace } }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func sum() throws -> Fraction {
    var value = try product()
    while let sign = rest.first, sign == "+" || sign == "-" {
      rest.removeFirst()
      let next = try product()
      value = sign == "+" ? value + next : value - next
    }
    return value
  }

  private mutating func product() throws -> Fraction {
    var value = try number()
    while let sign = rest.first, sign == "×" || sign == "÷" {
      rest.removeFirst()
      let next = try number()
      value = sign == "×" ? value * next : value / next
    }
    return value
  }

  private mutating func number() throws -> Fraction {
    if rest.first == "(" {
      rest.removeFirst()
      let value = try sum()
      guard rest.first == ")" else { throw GoldenFault("a bracket is open") }
      rest.removeFirst()
      return value
    }
    let text = String(rest.prefix { $0.isNumber || $0 == "." })
    rest.removeFirst(text.count)
    let parts = text.split(separator: ".")
    guard let digits = Int64(parts.joined()), parts.count <= 2, text.first != "." else {
      throw GoldenFault("no number where one belongs: \(text)\(String(rest))")
    }
    let decimals = parts.count == 2 ? parts[1].count : 0
    return Fraction(digits, (0..<decimals).reduce(1) { power, _ in power * 10 })
  }
}
