import Curl
import Seeds
import SyncProtocol
import Testing

@testable import Loyalty
@testable import RulebookFiles

struct Reviews {
  private static let plain = """
    name: { zh: 规则, en: Rules }
    currency: CNY
    utcOffsetMinutes: 480
    earning:
      - id: base
        per: 10000
        points: 10
    expiry: { policy: never }
    checkInPoints: 0
    holding: { homePermille: 500, lastStorePermille: 250 }
    """

  private func review(_ text: String) throws -> Review {
    try WrittenDocument(Array(text.utf8)).rulebook().review
  }

  private func faults(_ replaced: String, _ by: String) throws -> [String] {
    let text = Self.plain.replacing(replaced, with: by)
    #expect(text != Self.plain)
    return try review(text).faults.map { "\($0.line ?? 0) \($0.path): \($0.words.en)" }
  }

  @Test func `a misspelt field is refused with its line and the field that was meant`() throws {
    #expect(try review(Self.plain).faults.isEmpty)
    #expect(
      try faults("    points: 10", "    points: 10\n    scop: {}") == [
        "8 earning[0].scop: is not a field here; did you mean scope?"
      ])
    #expect(
      try faults("checkInPoints", "checkinPoints") == [
        "0 checkInPoints: is missing", "9 checkinPoints: is not a field here; did you mean checkInPoints?",
      ])
    #expect(
      try faults("    points: 10", "    points: 10\n    when: { weekday: [1] }") == [
        "8 earning[0].when.weekday: is not a field here; did you mean weekdays?"
      ])
    #expect(
      try faults("    points: 10", "    points: 10\n    colour: red") == [
        "8 earning[0].colour: is not a field here"
      ])
    #expect(
      try faults("policy: never", "policy: nver") == [
        "8 expiry.policy: is one of never, days, rollingMonths, monthEnd, yearEnd, fixedDate; "
          + "did you mean never?"
      ])
    #expect(
      try faults("policy: never", "policy: never, days: 30") == [
        "8 expiry.days: belongs to days, not to never"
      ])
  }

  @Test func `every fault is named at once, in both languages`() throws {
    let text = Self.plain.replacing("per: 10000", with: "per: 0").replacing("CNY", with: "RMBY")
      .replacing("points: 10", with: "points: ten").replacing("homePermille: 500", with: "homePermille: 900")
    let found = try review(text).faults
    #expect(found.map(\.path) == ["currency", "earning[0].per", "earning[0].points"])
    #expect(found.allSatisfy { !$0.words.zh.isEmpty && $0.words.zh != $0.words.en && !$0.label.isEmpty })
    let sums = try review(Self.plain.replacing("homePermille: 500", with: "homePermille: 900")).faults
    #expect(sums.map(\.words) == [Words(zh: "份额合计不超过 1000", en: "gives away no more than there is")])
    #expect(sums.map(\.line) == [10])
  }

  @Test func `a number where a code belongs asks for quotes`() throws {
    #expect(
      try faults("id: base", "id: 6901234") == [
        "5 earning[0].id: is a text; put quotes around the number"
      ])
    #expect(
      try faults("    points: 10", "    points: 10\n    when:") == [
        "8 earning[0].when: is empty; leave out what is not used"
      ])
  }

  @Test func `a draft has no version`() throws {
    #expect(
      try faults("currency: CNY", "currency: CNY\nversion: 3") == [
        "3 version: is given when it is published"
      ])
  }

  @Test func `the shipped rulebooks have no faults`() throws {
    for path in ShippedFiles.rulebooks {
      #expect(try ShippedFiles.document(path).rulebook().review.faults.isEmpty, "\(path)")
    }
  }

  @Test func `every reason of a fault has its words in Chinese`() throws {
    var reasons: Set<String> = []
    let words =
      "is|are|has|have|rise|give|gives|takes|name|names|stands|stays|come|or|and|asks|paid|birthday|begin"
    let text = try Regex("\"((?:\(words)) [^\"]*|rise)\"", as: (Substring, Substring).self)
    for file in try ShippedFiles.sources(in: "Sources/Loyalty")
    where file.contains("RulebookFault") || file.contains("FaultList") {
      for match in file.matches(of: text) {
        reasons.insert(String(match.1).replacing(/\\\([A-Za-z.]+\)/, with: "1"))
      }
    }
    var sought = Set(reasons.map { $0.replacing(/[0-9]+/, with: "#") })
    // Said of ids and of article numbers.
    sought.remove("have different #")
    sought.insert("have different skus")
    #expect(sought.symmetricDifference(Words.rulebookReasons.keys).sorted() == [])
  }

  @Test func `every reason of a refused request or entry has its words in Chinese`() throws {
    let given = /(?:reason|debugDescription):\s+"([^"]+)"/
    let checked = /, "((?:is|are|has|come|or) [^"]+)"/
    var reasons: Set<String> = []
    for folder in [
      "agent/Core", "agent/IO", "server/Storage", "server/HTTP", "Sources/Loyalty", "protocol/Model",
    ] {
      for file in try ShippedFiles.sources(in: folder) {
        for match in file.matches(of: given) { reasons.insert(String(match.1)) }
        guard file.contains(".invalid(") else { continue }
        for match in file.matches(of: checked) { reasons.insert(String(match.1)) }
      }
    }
    let said = reasons.map { $0.replacing(/\\\([^()]*\)/, with: "1") }
      // The name of a merge, and what somebody else has said.
      .filter { !["1", "same 1"].contains($0) }
    #expect(said.count > 80, "\(said.count)")
    #expect(said.filter { Words(reason: $0).zh == $0 }.sorted() == [])
    let sold = ReturnFault.moreThanSold(line: 0, left: Quantity(milli: 1_500))
    #expect(Words(reason: sold.reason).zh == "退货与销售不符：第 1 行还可退 1.5")
    #expect(Words(reason: sold.reason).en == "the return does not fit its sale: line 1 has 1.5 left")
    let unknown = "the member 01990000-0000-7000-8000-0000000000ff is not known here"
    #expect(Words(reason: unknown).zh == "总部没有会员 01990000-0000-7000-8000-0000000000ff")
  }

  @Test func `words near each other are found, others are not`() {
    #expect(nearest(to: "permile", among: ["permille", "points"]) == "permille")
    #expect(nearest(to: "piont", among: ["points", "per"]) == "points")
    #expect(nearest(to: "catgories", among: ["skus", "categories"]) == "categories")
    #expect(nearest(to: "x", among: ["skus", "categories"]) == nil)
    #expect(nearest(to: "", among: []) == nil)
  }
}
