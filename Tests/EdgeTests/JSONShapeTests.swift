import Foundation
import Testing
import Web

@Suite struct JSONShapeTests {
  private struct Measure: Codable { let x: Double }
  private struct Name: Codable { let x: String }

  @Test(arguments: [#"\u0000"#, #"a\u001b[2J"#, #"\b"#]) func `a text with a control character is refused`(
    text: String
  ) {
    let problem = #expect(throws: Problem.self) {
      try JSONBody.decode(Name.self, from: [UInt8]("{\"x\":\"\(text)\"}".utf8))
    }
    #expect(problem?.code == "invalid_field" && problem?.field == "x")
  }

  @Test(arguments: ["0", "-0", "1", "10", "-1.5", "1e5", "1E+5", "1.25e-3"])
  func `every number of the grammar is read`(text: String) throws {
    _ = try JSONBody.decode(Measure.self, from: [UInt8]("{\"x\":\(text)}".utf8))
  }

  @Test(arguments: ["01", "-", "+1", ".5", "1.", "1e", "1e+", "NaN", "nul", "TRUE", "1 2", "0x1", "--1"])
  func `what is no number is refused`(text: String) {
    let problem = #expect(throws: Problem.self) {
      try JSONBody.decode(Measure.self, from: [UInt8]("{\"x\":\(text)}".utf8))
    }
    #expect(problem?.code == "malformed_json")
  }
}
