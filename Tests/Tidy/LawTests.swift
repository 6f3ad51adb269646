import Foundation
import Testing

/// What docs/laws.md says is tried, each law on so many random cases.
@Suite struct LawTests {
  private static let cases = 10_000

  /// A test and how many random cases it tries.
  private struct Tried {
    let laws: Set<String>
    let cases: Int
  }

  @Test func `every law is tried on ten thousand random cases, by a test that names it in brackets`() throws {
    let house = try House()
    let laws = try house.file("docs/laws.md").text.matches(of: /\*\*([A-Z]\d+)\*\*/).map { String($0.1) }
    let tests = house.swift.filter(\.isTest).flatMap(Self.tests)
    let untried = Set(laws).filter { law in
      !tests.contains { $0.laws.contains(law) && $0.cases >= Self.cases }
    }.sorted()
    #expect(laws.count > 30 && Set(laws).count == laws.count, "docs/laws.md gives a number once")
    #expect(
      untried.isEmpty,
      "\(told(untried, "Write a test with `forAll` for these laws, and name them in its sentence, as (P1):"))"
    )
    let unknown = tests.flatMap(\.laws).filter { !laws.contains($0) }.sorted()
    #expect(unknown.isEmpty, "\(told(unknown, "Tests name laws that docs/laws.md does not have:"))")
  }

  /// A test is what stands from its mark to the brace that closes it.
  private static func tests(in file: SourceFile) -> [Tried] {
    file.text.components(separatedBy: "\n  @Test").dropFirst().compactMap { text in
      guard let end = text.range(of: "\n  }\n"), let name = text.firstMatch(of: /func `([^`]+)`/) else {
        return nil
      }
      let body = text[..<end.lowerBound]
      let laws = name.1.matches(of: /\(([A-Z]\d+(?:, [A-Z]\d+)*)\)/).flatMap {
        $0.1.split(separator: ", ").map(String.init)
      }
      // Without a number `forAll` tries ten thousand, see Tests/Seeds.
      let numbers = body.matches(of: /\bforAll(?:\(([\d_]+)\))? \{/).map { match in
        match.1.map { Int($0.replacing("_", with: "")) ?? 0 } ?? Self.cases
      }
      return laws.isEmpty ? nil : Tried(laws: Set(laws), cases: numbers.max() ?? 0)
    }
  }
}
