/// Amounts as bars of block characters, longest for the largest, to the eighth of a column.
public struct BarChart {
  private let columns: Int
  private var bars: [(label: String, amount: Int64, note: String)] = []

  /// The longest bar has so many columns.
  public init(columns: Int = 40) { self.columns = max(1, columns) }

  public var isEmpty: Bool { bars.isEmpty }

  /// A bar with words before and after it; an amount below nothing has no bar.
  public mutating func add(_ label: String, _ amount: Int64, note: String) {
    bars.append((label, amount, note))
  }

  /// A line for each bar.
  public var lines: [String] {
    let most = bars.map(\.amount).max() ?? 0
    let width = bars.map(\.label.displayWidth).max() ?? 0
    return bars.map { bar in
      "\(bar.label.padded(to: width))  \(drawn(bar.amount, of: most))\(bar.amount > 0 ? " " : "")\(bar.note)"
    }
  }

  private func drawn(_ amount: Int64, of most: Int64) -> String {
    guard amount > 0, most > 0 else { return "" }
    // What is not nothing is seen, however small beside the largest.
    let eighths = max(1, Int(Int128(amount) * Int128(columns * 8) / Int128(most)))
    let rest = eighths % 8
    return String(repeating: "█", count: eighths / 8) + (rest > 0 ? Self.parts[rest - 1] : "")
  }

  private static let parts = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]
}
