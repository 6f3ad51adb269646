import Foundation

/// A drawing with two axes: where a value lies, and the lines and words around it.
struct ChartFrame {
  static let width = 1000.0
  let height: Double
  let left = 64.0
  let right = 8.0
  let top = 10.0
  let bottom = 30.0
  let x: Range
  let y: Range

  /// Values from `low` to `high`, on a straight or a logarithmic scale.
  struct Range {
    var low: Double
    var high: Double
    var isLog = false

    /// Where between 0 and 1 the value lies.
    func share(_ value: Double) -> Double {
      guard high > low else { return 0 }
      if isLog { return share(log: value) }
      return (value - low) / (high - low)
    }

    private func share(log value: Double) -> Double {
      (log10(max(value, low)) - log10(low)) / (log10(high) - log10(low))
    }
  }

  func px(_ value: Double) -> Double { left + x.share(value) * (Self.width - left - right) }
  func py(_ value: Double) -> Double { height - bottom - y.share(value) * (height - top - bottom) }
  var floor: Double { height - bottom }

  /// The finished drawing: grid, then what is drawn, then the words on the axes.
  func svg(
    title: String, xLabels: [(value: Double, text: String)], yLabels: [(value: Double, text: String)],
    _ content: String
  ) -> String {
    let grid = yLabels.map { label in
      let at = pixel(py(label.value))
      return """
        <line class="grid" x1="\(pixel(left))" x2="\(pixel(Self.width - right))" y1="\(at)" y2="\(at)"/>\
        <text x="\(pixel(left - 8))" y="\(at)" dy=".35em" text-anchor="end">\(escaped(label.text))</text>
        """
    }
    let words = xLabels.map { label in
      """
      <text x="\(pixel(px(label.value)))" y="\(pixel(floor + 19))" \
      text-anchor="middle">\(escaped(label.text))</text>
      """
    }
    let axis = """
      <line class="axis" x1="\(pixel(left))" x2="\(pixel(Self.width - right))" y1="\(pixel(floor))" \
      y2="\(pixel(floor))"/>
      """
    return """
      <svg viewBox="0 0 \(pixel(Self.width)) \(pixel(height))" role="img" aria-label="\(escaped(title))">
      \(grid.joined())\(content)\(axis)\(words.joined())
      </svg>
      """
  }
}

/// Round numbers from zero to just above `most`, about four of them.
func roundSteps(upTo most: Double) -> [Double] {
  guard most > 0, most.isFinite else { return [0, 1] }
  var step = 1.0
  while step * 4 < most { step *= 10 }
  while step * 4 >= most * 10 { step /= 10 }
  for finer in [0.2, 0.5, 1.0] where step * finer * 5 >= most {
    step *= finer
    break
  }
  return (0...Int((most / step).rounded(.up))).map { Double($0) * step }
}

/// A coordinate with one decimal: enough for the eye, and half the file.
func pixel(_ value: Double) -> String {
  let tenths = Int((value * 10).rounded())
  return tenths % 10 == 0
    ? "\(tenths / 10)" : "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
}
