import ArgumentParser
import Curl
import Loyalty
import RulebookFiles
import Terminal

struct RulebookDiff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "What differs between rulebooks, rule by rule. 规则对比",
    discussion: """
      A and B are files, or v3 for the third published version. With one of them, what is in force is \
      compared with it. A、B 为文件，或 v3 表示第 3 版；只给一个则与现行规则相比。
      """)

  @Argument(help: "File or version. 文件或版本") var first: String
  @Argument(help: "File or version. 文件或版本") var second: String?
  @OptionGroup var options: HubOptions

  func run() throws {
    let before = try second == nil ? inForce() : rulebook(first)
    let new = try rulebook(second ?? first)
    let comparison = Comparison(from: before, to: new)
    let sections = comparison.sections.map { section -> JSONValue in
      ["section": .string(section.name), "changes": .array(section.lines.map { .string($0) })]
    }
    try options.show(["sections": .array(sections)]) {
      comparison.isEmpty
        ? ["无变化 nothing differs"]
        : ["\(Self.title(before)) → \(Self.title(new))"] + comparison.lines
    }
  }

  private func rulebook(_ name: String) throws -> JSONValue {
    guard name.first == "v", let version = Int64(name.dropFirst()) else {
      let document = try WrittenDocument(file: name)
      let (rulebook, review) = document.rulebook()
      // A document that came from the hub has its number.
      let faults = review.faults.filter { $0.path != "version" }
      guard let rulebook, faults.isEmpty else { return try refuse(review, name) }
      return try JSONValue(parsing: rulebook.encoded())
    }
    let answer = try options.connect().get("rulebooks")
    guard let rulebook = answer.rulebooks.elements.first(where: { $0.version == .integer(version) }) else {
      throw Failure.refused(code: "unknown_rulebook", detail: "没有这一版规则 no such version", field: name)
    }
    return rulebook
  }

  private func refuse(_ review: Review, _ name: String) throws -> JSONValue {
    try Findings.require(review, in: name)
    return .null
  }

  private func inForce() throws -> JSONValue {
    let hub = try options.connect()
    return try Rulebooks.current(of: hub.get("rulebooks"), at: hub) ?? .null
  }

  private static func title(_ rulebook: JSONValue) -> String {
    if rulebook.isNull { return "尚无规则 no rulebook yet" }
    let version =
      rulebook.version.isNull ? "草稿 draft" : "第 \(rulebook.version.text) 版 version \(rulebook.version.text)"
    return "\(version)（\(rulebook.name.words)）"
  }
}

struct RulebookHistory: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history", abstract: "All versions and what each changed; * is the one in force. 规则沿革（* 为现行）"
  )

  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    let answer = try hub.get("rulebooks")
    let current = options.json ? nil : try Rulebooks.current(of: answer, at: hub)
    try options.show(answer) {
      var lines: [String] = []
      var before: JSONValue?
      for rulebook in answer.rulebooks.elements {
        let mark = rulebook.version == current?.version ? "*" : " "
        let published = answer.published.elements.first { $0.version == rulebook.version }
        let times =
          "生效 effective \(rulebook.effectiveFrom.text)，发布 published \(published?.publishedAt.text ?? "–")"
        lines.append("v\(rulebook.version.text)\(mark) \(times)  \(rulebook.name.words)")
        if let newer = published?.replacedBy, !newer.isNull {
          lines.append("     被第 \(newer.text) 版取代，未曾生效 replaced by version \(newer.text), never in effect")
        }
        if let before { lines.append("     \(Comparison(from: before, to: rulebook).summary)") }
        before = rulebook
      }
      if lines.isEmpty { return ["（无 none）"] }
      // Compared with what an agent's status shows.
      return lines + ["", "总部签名公钥 Signed by \(answer.rulebookKey.text)"]
    }
  }
}
