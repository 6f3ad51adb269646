import ArgumentParser
import Curl
import Loyalty
import RulebookFiles

struct RulebookValidate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Find everything wrong with files, without a hub. 离线检查规则文件")

  @Argument(help: "YAML or JSON files. 规则文件") var files: [String]
  @OptionGroup var options: HubOptions

  func run() throws {
    try Findings.report(files, options) { $0.rulebook().review }
  }
}

struct RulebookSchema: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of rulebooks, for editors. 输出规则的 JSON Schema")

  @OptionGroup var options: HubOptions

  func run() throws { print(try SchemaDocument.text(SchemaDocument.rulebook), terminator: "") }
}

struct CouponsValidate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Find everything wrong with files of terms, without a hub. 离线检查券条款")

  @Argument(help: "YAML or JSON files. 条款文件") var files: [String]
  @OptionGroup var options: HubOptions

  func run() throws {
    try Findings.report(files, options) { $0.couponTerms().review }
  }
}

struct CouponsSchema: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of terms, for editors. 输出券条款的 JSON Schema")

  @OptionGroup var options: HubOptions

  func run() throws { print(try SchemaDocument.text(SchemaDocument.couponTerms), terminator: "") }
}

/// What reviews of files found, as people read it.
enum Findings {
  /// Fails with every fault of a file that has any.
  static func require(_ review: Review, in file: String) throws {
    guard review.faults.isEmpty else {
      throw Failure.faults((headline(review, file) + lines(review.faults, "✗")).joined(separator: "\n"))
    }
  }

  static func report(
    _ files: [String], _ options: HubOptions, _ review: (WrittenDocument) throws -> Review
  ) throws {
    let reviews = try files.map { ($0, try review(WrittenDocument(file: $0))) }
    try options.show(["files": .array(reviews.map { json($0.1, $0.0) })]) {
      reviews.flatMap { file, review in
        headline(review, file) + lines(review.faults, "✗")
      }
    }
    if !reviews.allSatisfy(\.1.faults.isEmpty) { throw Failure.faults("文件有误 not in order") }
  }

  private static func headline(_ review: Review, _ file: String) -> [String] {
    let count = review.faults.count
    return ["\(file): " + (count == 0 ? "没有错误 in order" : "\(count) 处错误 \(count == 1 ? "fault" : "faults")")]
  }

  private static func lines(_ findings: [Review.Finding], _ mark: String) -> [String] {
    findings.map { finding in
      let line = finding.line.map { "第 \($0) 行 line \($0)  " } ?? ""
      let label = finding.label.isEmpty ? "" : "（\(finding.label)）"
      let words = [finding.words.zh, finding.words.en]
      let text = words[0] == words[1] ? words[0] : words.joined(separator: " ")
      return "  \(mark) \(line)\(finding.path)\(label): \(text)"
    }
  }

  private static func json(_ review: Review, _ file: String) -> JSONValue {
    func list(_ findings: [Review.Finding]) -> JSONValue {
      .array(
        findings.map { finding in
          var members: [String: JSONValue] = [
            "path": .string(finding.path),
            "reason": ["zh": .string(finding.words.zh), "en": .string(finding.words.en)],
          ]
          if let line = finding.line { members["line"] = .integer(Int64(line)) }
          return .object(members)
        })
    }
    return ["file": .string(file), "faults": list(review.faults)]
  }
}
