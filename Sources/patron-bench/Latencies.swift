import Foundation

/// Durations of one operation, in nanoseconds.
struct Latencies {
  private(set) var values: [UInt64] = []

  mutating func measure<T>(_ work: () throws -> T) rethrows -> T {
    let start = DispatchTime.now().uptimeNanoseconds
    defer { values.append(DispatchTime.now().uptimeNanoseconds - start) }
    return try work()
  }

  func summary() -> Figures {
    let sorted = values.sorted()
    func at(_ share: Double) -> Double {
      Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]) / 1000
    }
    let total = Double(values.reduce(0, +)) / 1e9
    return Figures(
      perSecond: Double(values.count) / total, p50Us: at(0.5), p99Us: at(0.99), p999Us: at(0.999))
  }
}

struct Figures: Codable {
  let perSecond: Double
  let p50Us: Double
  let p99Us: Double
  let p999Us: Double
}

extension Figures {
  static let header = "  per sec    p50 µs    p99 µs  p99.9 µs"

  func row(_ name: String) -> String {
    let numbers = [perSecond, p50Us, p99Us, p999Us].map { value in
      let text = String(Int(value.rounded()))
      return String(repeating: " ", count: max(0, 10 - text.count)) + text
    }
    return numbers.joined() + "  " + name
  }
}

func hundredths(_ value: Double) -> String { String(Double(Int(value * 100)) / 100) }
