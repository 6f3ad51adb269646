import Foundation

/// The repository as it lies on disk, without what was built.
struct House {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().standardizedFileURL

  /// Every text file, by its path from the root.
  let files: [SourceFile]

  init() throws {
    files = try Self.paths(in: "").sorted().compactMap { path in
      let data = try Data(contentsOf: Self.root.appendingPathComponent(path))
      return String(data: data, encoding: .utf8).map { SourceFile(path: path, text: $0) }
    }
  }

  private static let builtOrForeign: Set<String> = [".git", ".build", ".cache", "out", "__pycache__"]

  private static func paths(in folder: String) throws -> [String] {
    let url = root.appendingPathComponent(folder)
    return try FileManager.default.contentsOfDirectory(atPath: url.path).flatMap { name -> [String] in
      if builtOrForeign.contains(name) || name.hasPrefix(".build-") { return [] }
      let path = folder.isEmpty ? name : "\(folder)/\(name)"
      let kind = try root.appendingPathComponent(path).resourceValues(forKeys: [.isDirectoryKey])
      return kind.isDirectory == true ? try paths(in: path) : [path]
    }
  }

  static func exists(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
  }

  func file(_ path: String) throws -> SourceFile {
    guard let file = files.first(where: { $0.path == path }) else { throw Missing(path: path) }
    return file
  }

  func files(in folder: String) -> [SourceFile] { files.filter { $0.path.hasPrefix(folder + "/") } }

  var swift: [SourceFile] { files.filter { $0.path.hasSuffix(".swift") } }
  var documents: [SourceFile] { files.filter { $0.path.hasSuffix(".md") } }

  struct Missing: Error, CustomStringConvertible {
    let path: String
    var description: String { "\(path) is missing: write it, or take it out of Tests/Tidy" }
  }
}

/// A text file and where it stands.
struct SourceFile {
  let path: String
  let text: String

  var isTest: Bool { path.hasPrefix("Tests/") }

  var lines: [Substring] {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last == "" { lines.removeLast() }
    return lines
  }

  /// Lines with their number, comments left out.
  var code: [(number: Int, line: Substring)] {
    lines.enumerated().map { ($0 + 1, Self.withoutComment($1)) }
  }

  private static func withoutComment(_ line: Substring) -> Substring {
    var rest = line
    while let slashes = rest.range(of: "//") {
      // The slashes of a URL are no comment.
      if slashes.lowerBound == line.startIndex || line[line.index(before: slashes.lowerBound)] != ":" {
        return line[..<slashes.lowerBound]
      }
      rest = line[slashes.upperBound...]
    }
    return line
  }

  /// Where one of the words stands in the code, as `path:line: word`.
  func places(of words: [String]) -> [String] {
    code.flatMap { number, line in
      words.filter { line.mentions($0) }.map { "\(path):\(number): \($0)" }
    }
  }

  /// The modules it imports.
  var imports: Set<String> {
    var modules: Set<String> = []
    for line in lines {
      let words = line.split(separator: " ")
      guard let position = words.firstIndex(of: "import"), position + 1 < words.count,
        words[..<position].allSatisfy({ $0.hasPrefix("@") || $0 == "public" || $0 == "internal" })
      else { continue }
      let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "typealias", "let", "var"]
      let name = words[(position + 1)...].first { !kinds.contains($0) } ?? ""
      modules.insert(String(name.prefix { $0 != "." }))
    }
    return modules
  }
}

extension StringProtocol {
  /// Whether the word stands here and is not the end of a longer name.
  func mentions(_ word: String) -> Bool {
    var rest = self[...]
    while let found = rest.range(of: word) {
      let before = found.lowerBound == startIndex ? nil : self[index(before: found.lowerBound)]
      guard let before, before.isLetter || before.isNumber || before == "_" else { return true }
      rest = rest[found.upperBound...]
    }
    return false
  }
}

/// A list of faults as the message of a failed check.
func told(_ faults: [String], _ whatToDo: String) -> String {
  "\(whatToDo)\n  " + faults.prefix(20).joined(separator: "\n  ") + (faults.count > 20 ? "\n  …" : "")
}
