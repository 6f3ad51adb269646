import Foundation
import Testing

/// The worked carts of `Tests/Golden`, from end to end.
struct GoldenExamples {
  /// Each example once for all tests.
  private static let runs = Result {
    let shops = try GoldenFolder.shops()
    return try GoldenFolder.cases().map { GoldenRun.of($0, shops) }
  }

  @Test func `every worked example comes out as it was worked out by hand, words included`() throws {
    for run in try Self.runs.get() where !run.differences.isEmpty {
      let differences = run.differences.joined(separator: "\n  ")
      Issue.record("\(run.example.file): \(run.example.title)\n  \(differences)")
    }
  }

  @Test func `there are at least 170 examples, each with its own title and a story in both languages`() throws
  {
    let cases = try GoldenFolder.cases()
    #expect(cases.count >= 170)
    let titles = Dictionary(grouping: cases, by: \.title).filter { $1.count > 1 }.keys.sorted()
    #expect(titles == [], "two examples have one title")
    func isChinese(_ text: String) -> Bool {
      text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
    }
    let untold = cases.filter { example in
      !example.title.contains(" · ") || !example.story.contains(where: isChinese)
        || !example.story.contains { !isChinese($0) }
    }
    #expect(untold.map(\.title) == [], "a title in both languages, a story in Chinese and one in English")
  }

  /// Outcomes that no example has, and why.
  private static let exceptions = [
    "coupon_held_elsewhere": "said by the store's agent before anything is priced",
    "coupon_used": "said by the store's agent before anything is priced",
    "coupon_needs_line": "said by the store's agent before anything is priced",
    "coupon_voided": "said by the store's agent before anything is priced",
    "coupon_locked": "said by the store's agent before anything is priced",
    "coupon_not_locked": "said by the store's agent when a lock is given back",
    "coupon_of_other_member": "said by the store's agent before anything is priced",
    "tier_reached": "said by the store's agent of a whole sale, with the level's name",
    "promotion_other_chosen": "needs more choices than anybody reads; LongCarts.swift has it",
    "coupon_other_chosen": "needs more choices than anybody reads; LongCarts.swift has it",
    "promotion_too_many": "needs more promotions than anybody reads; LongCarts.swift has it",
    "promotion_short": "needs more promotions than anybody reads; LongCarts.swift has it",
    "promotion_pieces_short": "needs more promotions than anybody reads; LongCarts.swift has it",
  ]

  @Test func `every outcome that has words comes up in an example, but for named exceptions`() throws {
    let seen = try Self.runs.get().reduce(into: Set<String>()) { $0.formUnion($1.seen) }
    let files = ["OutcomeWords", "OfflineWords", "ProgramWords"].map { "Sources/Loyalty/\($0).swift" }
    let known = try files.flatMap { file in
      // Every case label of the switches is a code.
      try GoldenFolder.text(file).split(separator: "\n").filter { $0.contains("case \"") }.flatMap { line in
        line.split(separator: ":")[0].matches(of: /"([a-z_]+)"/).map { String($0.1) }
      }
    }
    #expect(known.count > 70)
    #expect(Set(known).subtracting(seen).sorted() == Self.exceptions.keys.sorted())
  }

  @Test func `every kind of earning comes up in an example, but for the bound of a movement`() throws {
    let seen = try Self.runs.get().reduce(into: Set<String>()) { $0.formUnion($1.seen) }
    let kinds: Set = [
      "points rule", "points none", "growth rule", "growth none", "double", "times", "bonus any",
      "bonus member", "bonus firstPurchase", "bonus birthday", "bonus birthdayWeek", "bonus birthdayMonth",
      "cap perSale", "cap perMemberDay",
    ]
    #expect(kinds.subtracting(seen).sorted() == [])
  }

  @Test func `an example with a wrong figure, a wrong word or a sum that is off is found`() throws {
    let shops = try GoldenFolder.shops()
    guard let first = try GoldenFolder.cases().first(where: { $0.has("buy") && $0.has("say") }) else {
      return
    }
    #expect(GoldenRun.of(first, shops).differences == [])
    for (key, wrong) in [
      ("pay", "0.01"), ("say", "nobody 无 · none"), ("earn", "99999"), ("net", "milk 1 × 2.00 = 3.00"),
      ("sum", "1 + 1 = 3"), ("use", "1"), ("gift", "cup 7"),
    ] {
      let block = first.lines.filter { $0.key != key }.map { "\($0.key) \($0.rest)" } + ["\(key) \(wrong)"]
      let spoiled = try GoldenCase(file: first.file, title: first.title, story: [], block: block)
      #expect(!GoldenRun.of(spoiled, shops).differences.isEmpty, "\(key) \(wrong)")
    }
  }
}
