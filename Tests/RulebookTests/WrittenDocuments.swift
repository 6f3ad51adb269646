import Curl
import Loyalty
import RulebookFiles
import Seeds
import SyncProtocol
import Testing

/// What people write is read exactly, or refused with the line.
struct WrittenDocuments {
  private func read(_ text: String) throws -> JSONValue { try WrittenDocument(Array(text.utf8)).value }

  private func fault(_ text: String) -> DocumentFault? {
    do {
      _ = try WrittenDocument(Array(text.utf8))
      return nil
    } catch { return error as? DocumentFault }
  }

  @Test func `whole numbers are exact to the last digit`() throws {
    #expect(try read("a: 9223372036854775807\nb: -9223372036854775808\nc: 0").a == .integer(.max))
    #expect(try read("b: -9223372036854775808").b == .integer(.min))
    #expect(fault("x: 1\na: 9223372036854775808")?.line == 2)
    forAll { (random: inout SplitMix64) in
      let number = Int64(bitPattern: random.next()) >> random.number(0...62)
      return try read("a: \(number)").a == .integer(number)
        && read("{\"a\":\(number)}").a == .integer(number)
        && read("a: \"\(number)\"").a == .string("\(number)")
    }
  }

  @Test func `fractions are refused with their line, whatever they look like`() {
    for text in ["1.5", "0.1", "-2.50", "1e3", "1.", ".5", "6.02E+23", "950.0", "+1.5"] {
      #expect(fault("a: 1\nb:\n  - \(text)\n")?.line == 3, "\(text)")
      #expect(fault("{\"a\": [\(text)]}") != nil, "\(text)")
      #expect(fault("a: \"\(text)\"") == nil, "\(text)")
    }
  }

  @Test func `a country called no and a code with zeros in front stay what was written`() throws {
    #expect(
      try read("a: \"no\"\nb: 'off'\nc: \"0123\"\nd: \"true\"\ne: '~'") == [
        "a": "no", "b": "off", "c": "0123", "d": "true", "e": "~",
      ])
    for text in [
      "no", "No", "yes", "on", "OFF", "y", "N", "True", "FALSE", "0123", "0x1F", "1_000", "+5", "-0",
    ] {
      #expect(fault("a: \(text)")?.words.en.contains("ambiguous") == true, "\(text)")
    }
    #expect(
      try read("a: true\nb: false\nc: null\nd: ~\ne:") == [
        "a": true, "b": false, "c": .null, "d": .null, "e": .null,
      ])
    // Times and dates are texts, and so is every key.
    #expect(
      try read("a: 18:00\nb: 2026-01-01\n6901: 1\nno: 2") == [
        "a": "18:00", "b": "2026-01-01", "6901": 1, "no": 2,
      ])
  }

  @Test func `a field that stands twice is refused with its line`() {
    #expect(fault("a: 1\nb: 2\na: 3") != nil)
    #expect(fault("a: 1\n\"a\": 3") != nil)
    #expect(fault("x:\n  a: 1\n  a: 1")?.words.en == "stands twice: a")
    #expect(fault("{\"a\": {\"b\": 1, \"b\": 1}}")?.words.zh == "字段重复：b")
  }

  @Test func `anchors, aliases, merges and tags are refused, so that no rule changes from afar`() {
    #expect(fault("a: &x 1\nb: 2")?.line == 1)
    #expect(fault("a: &x [1]\nb: *x") != nil)
    #expect(fault("a: &x {b: 1}\nc:\n  <<: *x") != nil)
    #expect(fault("a:\n  <<: {b: 1}")?.line == 2)
    #expect(fault("a: !!int \"5\"") != nil)
    #expect(fault("a: !secret x")?.line == 1)
    #expect(fault("a: !!set {x, y}") != nil)
    #expect(fault("? [a, b]\n: 1")?.words.en == "the name of a field is a text")
  }

  @Test func `a bomb of aliases costs nothing`() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...30 {
      let names = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(names)]\n"
    }
    #expect(fault(text) != nil)
    #expect(fault("a0: &a0 [x]\n" + "? [*a0, *a0]\n: 1\n") != nil)
    #expect(fault("a: " + String(repeating: "[", count: 100_000)) != nil)
    #expect(fault(String(repeating: "- ", count: 100_000)) != nil)
    #expect(fault(String(repeating: "? ", count: 100_000)) != nil)
    #expect(fault((0..<600).map { String(repeating: " ", count: $0) + "a:\n" }.joined()) != nil)
    #expect(fault("a: " + String(repeating: "[", count: 40) + String(repeating: "]", count: 40)) != nil)
    #expect(
      fault("a: \"" + String(repeating: "x", count: Limits.rulebookBytes) + "\"")?.words.zh.contains("字节")
        == true)
  }

  @Test func `what is no document at all says so`() {
    for text in [
      "", "# only this", "- 1", "5", "a: [1", "a: \"x", "a: b: c", "a: 1\n---\nb: 2", "\ta: 1", "a: *x",
    ] {
      #expect(fault(text) != nil, "\(text)")
    }
    #expect(fault("a: 1\nb: [1\nc: 2") != nil)
    #expect(throws: DocumentFault.self) { try WrittenDocument([0x61, 0x3A, 0x20, 0xFF]) }
    #expect(fault("a: 1\n\n  b: 2")?.line == 3)
  }

  @Test func `JSON is read as JSON is written`() throws {
    let text = """
      {"$schema": "x", "a": "\\u4f1a\\u5458 \\"x\\" \\\\ \\/ \\n", "b": [true, null, {}],
       "c": "\\ud83d\\ude00",
       \t"d": "\\\\ud83d\\\\ude00"}
      """
    #expect(
      try read(text) == [
        "a": "会员 \"x\" \\ / \n", "b": [true, .null, [:]], "c": "😀", "d": "\\ud83d\\ude00",
      ])
    #expect(try read("\u{FEFF}a: 1") == ["a": 1])
  }

  @Test func `any rulebook is the same read by YAML's rules as by JSON's`() {
    forAll(250) { (samples: inout Samples) in
      let bytes = try samples.wholeRulebook().encoded()
      return try WrittenDocument(bytes).value == JSONValue(parsing: bytes)
    }
  }

  @Test func `bytes of chance are read or refused, and nothing worse`() throws {
    let text = Array(try ShippedFiles.text("deploy/rulebooks/club.yaml").utf8)
    forAll(1_000) { (random: inout SplitMix64) in
      var bytes = text
      for _ in 0..<random.number(1...6) {
        let place = Int(random.number(0...Int64(bytes.count - 1)))
        bytes[place] = random.oneOf(Array("&*!|>%@{}[]:,-?#\"'\\ \t\n\0x1".utf8) + [0xE4, 0xFF])
      }
      do {
        _ = try WrittenDocument(bytes).rulebook()
      } catch is DocumentFault {}
      return true
    }
  }
}
