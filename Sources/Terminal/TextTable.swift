/// Rows under headers, for people: columns as wide as their widest cell, Chinese characters counted as two.
public struct TextTable {
  public enum Alignment { case leading, trailing }

  private let headers: [String]
  private let alignments: [Alignment]
  private var rows: [[String]] = []

  /// Columns in order; numbers are read more easily when they end in one line.
  public init(_ columns: [(header: String, alignment: Alignment)]) {
    headers = columns.map(\.header)
    alignments = columns.map(\.alignment)
  }

  /// Columns that all start on the left.
  public init(_ headers: String...) { self.init(headers.map { ($0, .leading) }) }

  public var isEmpty: Bool { rows.isEmpty }

  /// Adds a row; cells that are missing stay blank.
  public mutating func add(_ cells: [String]) {
    // A line break or an escape sequence in somebody's name must not be able to draw on the terminal.
    rows.append(cells.map { String(String.UnicodeScalarView($0.unicodeScalars.filter(Self.isPrintable))) })
  }

  /// The header line, a rule, and the rows, each without spaces at its end.
  public var lines: [String] {
    let widths = headers.indices.map { column in
      ([headers] + rows).map { column < $0.count ? $0[column].displayWidth : 0 }.max() ?? 0
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
    return [line(headers, widths), rule] + rows.map { line($0, widths) }
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    let padded = widths.indices.map { column in
      (column < cells.count ? cells[column] : "")
        .padded(to: widths[column], trailing: alignments[column] == .trailing)
    }
    let joined = padded.joined(separator: "  ")
    return String(joined.reversed().drop { $0 == " " }.reversed())
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory != .control
  }
}
