import Foundation
import Testing

/// What the documents promise is there.
@Suite struct Documents {
  let house: House

  init() throws { house = try House() }

  @Test func `every link leads somewhere`() {
    var faults: [String] = []
    for document in house.documents {
      let folder = House.root.appendingPathComponent(document.path).deletingLastPathComponent()
      for link in document.prose.matches(of: /\]\(([^)\s]+)\)/).map({ String($0.1) }) {
        if link.contains("://") || link.hasPrefix("mailto:") { continue }
        let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let file =
          parts[0].isEmpty ? document.path : relative(folder.appendingPathComponent(String(parts[0])))
        let aim = house.files.first { $0.path == file }
        let isThere = parts.count == 1 || aim?.headings.contains { $0.anchor == parts[1] } == true
        if !House.exists(file) || !isThere { faults.append("\(document.path): \(link)") }
      }
    }
    #expect(faults.isEmpty, "\(told(faults, "Correct these links: there is no such file or heading."))")
  }

  private func relative(_ url: URL) -> String {
    String(url.standardizedFileURL.path.dropFirst(House.root.path.count + 1))
  }

  @Test func `every path that a document names exists`() {
    let rooms = ["Sources/", "Tests/", "agent/", "server/", "protocol/", "deploy/", "docs/", ".ci/"]
    var faults: [String] = []
    for document in house.documents where document.path != "CHANGELOG.md" {
      for path in document.prose.matches(of: /`([A-Za-z.][A-Za-z0-9._+\/-]*)`/).map({ String($0.1) }) {
        if rooms.contains(where: { path.hasPrefix($0) }), !House.exists(path) {
          faults.append("\(document.path): \(path)")
        }
      }
    }
    #expect(faults.isEmpty, "\(told(faults, "These are gone or were never there:"))")
  }

  @Test func `both READMEs have the same sections`() throws {
    let english = try house.file("README.md").headings.map(\.level)
    let chinese = try house.file("README.zh-CN.md").headings.map(\.level)
    #expect(english == chinese, "README.md and README.zh-CN.md differ in headings: translate what is new.")
  }

  @Test func `every make target that a document names exists and is explained`() throws {
    let makefile = try house.file("Makefile")
    let targets = Set(makefile.text.matches(of: /(?m)^([a-z-]+):/).map { String($0.1) })
    let faults = house.documents.flatMap { document in
      document.commands.matches(of: /(?m)(?:^|&& )make ([a-z-]+)/).map { String($0.1) }
        .filter { !targets.contains($0) }.map { "\(document.path): make \($0)" }
    }
    #expect(faults.isEmpty, "\(told(faults, "The Makefile has no such target:"))")
    let silent = targets.filter { name in
      !makefile.lines.contains { $0.hasPrefix("\(name):") && $0.contains("## ") && $0.contains("· ") }
    }
    #expect(silent.isEmpty, "Give these targets of the Makefile `## 中文 · English` words: \(silent.sorted())")
  }

  @Test func `docs storage names every table and no other`() throws {
    let sources = [
      ("hub.db", "server/Storage/HubSchema"), ("journal.db", "agent/IO/Journal.swift"),
      ("replica.db", "agent/IO/Replica.swift"),
    ]
    let document = try house.file("docs/storage.md")
    for (file, path) in sources {
      // A schema of many tables has several files.
      let text = house.files.filter { $0.path.hasPrefix(path) }.map(\.text).joined()
      let dropped = text.matches(of: /DROP TABLE (\w+)/).map { String($0.1) }
      let made = Set(text.matches(of: /CREATE TABLE (\w+)/).map { String($0.1) }).subtracting(dropped)
      let section = document.text.components(separatedBy: "\n## ").first { $0.hasPrefix("`\(file)`") } ?? ""
      let named = Set(section.matches(of: /(?m)^\| `(\w+)` \|/).map { String($0.1) })
      let missing = made.subtracting(named).sorted()
      let gone = named.subtracting(made).sorted()
      #expect(missing.isEmpty, "docs/storage.md, section \(file): describe the tables \(missing) of \(path)")
      #expect(gone.isEmpty, "docs/storage.md, section \(file): \(path) does not make the tables \(gone)")
    }
  }

  @Test func `every code word of the glossary stands in the code`() throws {
    let code = house.files.filter { !$0.isTest && !$0.path.hasSuffix(".md") }.map(\.text).joined()
    let rows = try house.file("docs/glossary.md").lines.filter { $0.hasPrefix("| ") }
    let words = rows.compactMap { $0.split(separator: "|").last { $0.contains("`") } }
      .flatMap { $0.matches(of: /`([^`]+)`/).map { String($0.1) } }
    let faults = words.filter { !code.contains($0.split(separator: ".").last ?? "") && !code.contains($0) }
    #expect(faults.isEmpty, "\(told(faults, "docs/glossary.md has words that the code does not have:"))")
  }

  @Test func `every law that the code names is written down`() throws {
    let laws = Set(try house.file("docs/laws.md").text.matches(of: /\*\*([A-Z]\d+)\*\*/).map { $0.1 })
    let faults = house.swift.flatMap { file in
      file.text.matches(of: /\blaws? ([A-Z]\d+)/).map { $0.1 }.filter { !laws.contains($0) }
        .map { "\(file.path): law \($0)" }
    }
    #expect(faults.isEmpty, "\(told(faults, "Write these into docs/laws.md, or name another law:"))")
  }

  @Test func `every test that docs capabilities names exists`() throws {
    let tests = house.swift.filter(\.isTest).flatMap { $0.text.matches(of: /func `([^`]+)`/).map { $0.1 } }
    let named = try house.file("docs/capabilities.md").text.matches(of: /“([^”]+)”/).map { $0.1 }
    #expect(!named.isEmpty, "docs/capabilities.md names tests by their sentence, in “…”.")
    let faults = Set(named).subtracting(tests).map { String($0) }.sorted()
    #expect(faults.isEmpty, "\(told(faults, "docs/capabilities.md names tests that do not exist:"))")
  }
}

extension SourceFile {
  /// A document without its fenced blocks.
  var prose: String { blocks(fenced: false).joined(separator: "\n") }

  /// What a reader may type: fenced blocks and inline code, a line each.
  var commands: String {
    (blocks(fenced: true) + prose.matches(of: /`([^`\n]+)`/).map { String($0.1) }).joined(separator: "\n")
  }

  private func blocks(fenced: Bool) -> [String] {
    var isInside = false
    return lines.compactMap { line in
      if line.hasPrefix("```") {
        isInside.toggle()
        return nil
      }
      return isInside == fenced ? String(line) : nil
    }
  }

  /// Headings with the anchor that Git hosts give them.
  var headings: [(level: Int, anchor: String)] {
    prose.split(separator: "\n").compactMap { line in
      let level = line.prefix { $0 == "#" }.count
      guard (1...6).contains(level), line.dropFirst(level).hasPrefix(" ") else { return nil }
      let kept = line.dropFirst(level + 1).lowercased().filter { character in
        character.isLetter || character.isNumber || " -_".contains(character)
      }
      return (level, kept.replacing(" ", with: "-"))
    }
  }
}
