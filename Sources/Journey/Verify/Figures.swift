import Foundation

/// A whole number in groups of three: `1,469,307`.
func grouped(_ value: Int) -> String {
  let digits = String(value.magnitude)
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text.append(",") }
    text.append(digit)
  }
  return value < 0 ? "−" + text : text
}

/// Cents as money: `4,596,039.58`.
func money(_ cents: Int) -> String {
  let rest = Int(cents.magnitude % 100)
  let whole = grouped(Int(cents.magnitude / 100))
  return "\(cents < 0 ? "−" : "")\(whole).\(rest < 10 ? "0" : "")\(rest)"
}

/// A measured number with as many decimals as it deserves: `1,240`, `12.5`, `0.83`.
func measured(_ value: Double) -> String {
  guard value.isFinite else { return "–" }
  guard value.magnitude < 100 else { return grouped(Int(value.rounded())) }
  let decimals = value.magnitude < 10 ? 2 : 1
  var text = String(format: "%.\(decimals)f", value)
  while text.hasSuffix("0") { text.removeLast() }
  if text.hasSuffix(".") { text.removeLast() }
  return text.replacingOccurrences(of: "-", with: "−")
}
