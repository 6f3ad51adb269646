/// Why the data folder cannot be read: which file, which line, what is wrong there.
public struct ChainDataError: Error, Equatable, Sendable, CustomStringConvertible {
  public let file: String
  /// From 1, the header line; nil where the file as a whole is meant.
  public let line: Int?
  public let problem: Problem

  public enum Problem: Equatable, Sendable {
    case unreadable(reason: String)
    case badHeader(expected: String)
    case cutOff
    case missingColumn(String)
    case tooManyColumns
    case notANumber(column: String)
    case notADay(column: String)
    case notText(column: String)
    case outOfRange(column: String)
    case unknown(column: String, value: Int64)
    case outOfOrder(column: String)
    case emptyBasket(Int64)
    case badVoucher
    case otherThanManifest(what: String, expected: Int, found: Int)
  }

  public init(file: String, line: Int? = nil, _ problem: Problem) {
    self.file = file
    self.line = line
    self.problem = problem
  }

  public var description: String {
    "\(file)\(line.map { ", line \($0)" } ?? ""): \(problem.text)"
  }
}

extension ChainDataError.Problem {
  fileprivate var text: String {
    switch self {
    case .unreadable(let reason): "cannot be read (\(reason)); `deploy/journey/fetch` makes it"
    case .badHeader(let expected): "the header is not `\(expected)`"
    case .cutOff: "the line is cut off"
    case .missingColumn(let column): "column \(column) is missing"
    case .tooManyColumns: "there are more columns than the header names"
    case .notANumber(let column): "\(column) is not a whole number without a sign"
    case .notADay(let column): "\(column) is not a date as yyyy-mm-dd"
    case .notText(let column): "\(column) is not UTF-8 text"
    case .outOfRange(let column): "\(column) is out of range"
    case .unknown(let column, let value): "\(column) \(value) is in no earlier file"
    case .outOfOrder(let column): "\(column) is out of order or twice"
    case .emptyBasket(let number): "basket \(number) has no lines"
    case .badVoucher: "the voucher is more than the line's coupon or net, or without a line"
    case .otherThanManifest(let what, let expected, let found):
      "\(what) is \(found), but manifest.json says \(expected)"
    }
  }
}
