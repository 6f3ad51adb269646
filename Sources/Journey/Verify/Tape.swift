import Foundation

/// What the tills' printed receipts said about points: the one thing the source files cannot know.
///
/// The tape is a tab-separated file that only grows, one line a receipt. A replay that was killed may have
/// left half a line at its end, and may print a receipt again after it was started again; reading minds both.
public struct Tape: Equatable, Sendable {
  /// One receipt, as printed.
  public struct Receipt: Equatable, Sendable {
    /// The basket's number in the source.
    public var basket: Int64
    public var pointsSpent: Int
    public var pointsEarned: Int
    /// What the spent points took off which line, in the order of lines.
    public var discounts: [Discount]

    public init(basket: Int64, pointsSpent: Int, pointsEarned: Int, discounts: [Discount] = []) {
      self.basket = basket
      self.pointsSpent = pointsSpent
      self.pointsEarned = pointsEarned
      self.discounts = discounts
    }
  }

  public struct Discount: Equatable, Sendable {
    /// Position of the line in its basket, from 0.
    public var line: Int
    public var cents: Int

    public init(line: Int, cents: Int) {
      self.line = line
      self.cents = cents
    }
  }

  public private(set) var receipts: [Int64: Receipt] = [:]
  /// Receipts printed again with the same words.
  public private(set) var repeats = 0
  /// Baskets whose receipt was printed again and said something else: a promise broken.
  public private(set) var conflicts: [Int64] = []
  /// Whether the file ended in half a line, which was left out.
  public private(set) var endsTorn = false

  public init(_ receipts: [Receipt] = []) {
    for receipt in receipts { add(receipt) }
  }

  static let columns = ["basket", "points_spent", "points_earned", "points_discounts"]

  /// Reads the tape; one that was never begun is empty.
  public static func read(_ file: URL) throws(ChainDataError) -> Tape {
    guard FileManager.default.fileExists(atPath: file.path) else { return Tape() }
    var bytes: [UInt8]
    do {
      bytes = [UInt8](try Data(contentsOf: file))
    } catch {
      throw ChainDataError(file: file.lastPathComponent, .unreadable(reason: error.localizedDescription))
    }
    var tape = Tape()
    tape.endsTorn = bytes.last.map { $0 != UInt8(ascii: "\n") } ?? false
    bytes.removeSubrange((wholeLines(bytes))...)
    guard !bytes.isEmpty else { return tape }
    var rows = try TabbedFile(file.lastPathComponent, bytes: bytes, columns: columns)
    while try rows.nextRow() {
      let basket = try rows.number("basket")
      let spent = Int(try rows.number("points_spent"))
      let earned = Int(try rows.number("points_earned"))
      let discounts = try parse(try rows.text("points_discounts"), rows)
      tape.add(Receipt(basket: basket, pointsSpent: spent, pointsEarned: earned, discounts: discounts))
    }
    return tape
  }

  /// How many bytes the whole lines take.
  static func wholeLines(_ bytes: [UInt8]) -> Int {
    (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
  }

  private mutating func add(_ receipt: Receipt) {
    guard let first = receipts[receipt.basket] else {
      receipts[receipt.basket] = receipt
      return
    }
    // What was said first was said to the customer, so it stays.
    if first == receipt { repeats += 1 } else { conflicts.append(receipt.basket) }
  }

  private static func parse(_ text: String, _ rows: borrowing TabbedFile) throws(ChainDataError) -> [Discount]
  {
    var discounts: [Discount] = []
    for part in text.utf8.split(separator: UInt8(ascii: ",")) {
      let pair = part.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      guard pair.count == 2, let line = Int(Substring(pair[0])), let cents = Int(Substring(pair[1])) else {
        throw rows.failure(.notANumber(column: "points_discounts"))
      }
      discounts.append(Discount(line: line, cents: cents))
    }
    return discounts
  }
}

extension Tape.Receipt {
  /// The receipt as one line of the tape: `31198570044 ⇥ 500 ⇥ 12 ⇥ 0:199,3:301`.
  var row: String {
    let off = discounts.map { "\($0.line):\($0.cents)" }.joined(separator: ",")
    return "\(basket)\t\(pointsSpent)\t\(pointsEarned)\t\(off)\n"
  }
}
