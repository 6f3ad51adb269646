import Foundation
import SyncProtocol

struct GoldenFault: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// One worked example of `Tests/Golden`: a heading, the story, and a block of lines that each begin with a
/// word that says what they are (Tests/Golden/README.md).
struct GoldenCase {
  let file: String
  let title: String
  let story: [String]
  /// Of the cart, or of what else the example is about.
  let lines: [Line]
  /// What comes back, each return with its `back` line first.
  let returns: [[Line]]

  struct Line {
    let key: String
    let rest: String
  }

  /// What a block may say besides `shop`, by the word that tells what it is about. Anything else is a slip of
  /// the pen, and would not be compared.
  private static let keys: [(about: String, others: Set<String>)] = [
    ("mall", ["time", "member", "stock", "ordered", "online", "use", "pay", "fulfil", "cancel", "say"]),
    ("do", ["earn", "growth", "say"]),
    ("draw", ["time", "member", "stock", "use", "reward", "say"]),
    ("checkin", ["earn", "say"]),
    ("referral", ["joined", "same", "bought", "returned", "asked", "reward", "say"]),
    ("sold", ["returned", "level"]),
    (
      "buy",
      [
        "time", "store", "channel", "member", "coupon", "wallet", "points", "cash", "left", "stock", "budget",
        "used", "offline", "net", "pay", "earn", "use", "growth", "valid", "gift", "say", "card", "best",
      ]
    ),
  ]
  private static let ofReturns: Set<String> = [
    "back", "refund", "restore", "claw", "growth", "reopen", "have", "owing", "owe", "lost",
  ]

  init(file: String, title: String, story: [String], block: [String]) throws {
    (self.file, self.title, self.story) = (file, title, story)
    let all = block.map { text in
      let words = text.split(separator: " ", maxSplits: 1).map(String.init)
      return Line(key: words[0], rest: words.count > 1 ? words[1].trimmingCharacters(in: .whitespaces) : "")
    }
    let starts = all.indices.filter { all[$0].key == "back" } + [all.endIndex]
    lines = Array(all[..<starts[0]])
    returns = zip(starts, starts.dropFirst()).map { Array(all[$0..<$1]) }
    guard let about = Self.keys.first(where: { kind in all.contains { $0.key == kind.about } }) else {
      throw GoldenFault("\(file), \(title): the block is about nothing")
    }
    let known = about.others.union([about.about, "shop", "sum"])
    for line in lines where !known.contains(line.key) {
      throw GoldenFault("\(file), \(title): no line begins with \(line.key) here")
    }
    for line in returns.joined() where about.about != "buy" || !Self.ofReturns.contains(line.key) {
      throw GoldenFault("\(file), \(title): no line of a return begins with \(line.key)")
    }
  }

  func all(_ key: String) -> [String] { lines.filter { $0.key == key }.map(\.rest) }
  func first(_ key: String) -> String? { lines.first { $0.key == key }?.rest }
  func has(_ key: String) -> Bool { lines.contains { $0.key == key } }

  func only(_ key: String) throws -> String {
    guard let text = first(key), all(key).count == 1 else { throw GoldenFault("one line begins with \(key)") }
    return text
  }
}

/// The folder of examples, as it lies on disk.
enum GoldenFolder {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let folder = root.appendingPathComponent("Tests/Golden")

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
  }

  static func shops() throws -> [String: GoldenShop] {
    try GoldenShop.all(in: text("Tests/Golden/shops.md"))
  }

  static func cases() throws -> [GoldenCase] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    return try names.filter { $0.hasSuffix(".md") && !["README.md", "shops.md"].contains($0) }.flatMap {
      try cases(in: text("Tests/Golden/\($0)"), file: "Tests/Golden/\($0)")
    }
  }

  private static func cases(in text: String, file: String) throws -> [GoldenCase] {
    var cases: [GoldenCase] = []
    var (title, story, block): (String, [String], [String]?) = ("", [], nil)
    for line in text.split(separator: "\n").map(String.init) {
      if line.hasPrefix("```") {
        if let lines = block {
          cases.append(try GoldenCase(file: file, title: title, story: story, block: lines))
        }
        block = block == nil ? [] : nil
      } else if block != nil {
        block?.append(line)
      } else if line.hasPrefix("#") {
        (title, story) = (line.drop { "# ".contains($0) }.description, [])
      } else {
        story.append(line)
      }
    }
    return cases
  }
}
