import Curl
import Foundation
import Loyalty
import SyncProtocol
import Yams

/// Why a file is no document at all, and the line where it stops being one.
public struct DocumentFault: Error, Hashable, Sendable {
  public let line: Int?
  public let words: Words
}

/// A document that a person wrote, in YAML or in JSON, which is YAML too, with the line of each value.
///
/// What YAML leaves open is refused rather than guessed: fractions, because money is whole; `yes` and `no`,
/// which are truths to some readers and texts to others; numbers not written in plain digits; keys that stand
/// twice; and anchors, because a rule must not change where nobody edits it.
public struct WrittenDocument: Sendable {
  public let value: JSONValue
  private let lines: [String: Int]

  public init(_ bytes: [UInt8]) throws {
    guard bytes.count <= Limits.rulebookBytes else {
      throw DocumentFault(
        line: nil, zh: "文件超过 \(Limits.rulebookBytes) 字节",
        en: "the file has more than \(Limits.rulebookBytes) bytes")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw DocumentFault(line: nil, zh: "文件不是 UTF-8 编码", en: "the file is not UTF-8")
    }
    try NestingGuard.check(text)
    var reader = NodeReader()
    do {
      let parser = try Parser(yaml: SurrogatePairs.joined(in: text), resolver: .basic, encoding: .utf8)
      // Anchors are held weakly: they are gone with the parser.
      let read = try withExtendedLifetime(parser) { try parser.singleRoot().map { try reader.value($0, "") } }
      guard var members = read?.members, case .object = read else {
        throw DocumentFault(line: 1, zh: "文件应为一组字段", en: "the file is an object with fields")
      }
      // How editors are told of the schema; it says nothing of the rules.
      members["$schema"] = nil
      value = .object(members)
    } catch let error as YamlError {
      throw DocumentFault(error)
    }
    lines = reader.lines
  }

  /// The line of the value at a path, or of what is nearest above it.
  public func line(of path: String) -> Int? {
    var path = path[...]
    while true {
      if let line = lines[String(path)] { return line }
      guard let cut = path.lastIndex(where: { $0 == "." || $0 == "[" }) else { return nil }
      path = path[..<cut]
    }
  }
}

extension DocumentFault {
  init(line: Int?, zh: String, en: String) { self.init(line: line, words: Words(zh: zh, en: en)) }

  fileprivate init(_ error: YamlError) {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self.init(line: mark.line, zh: "格式有误：\(problem)", en: problem)
    case .duplicatedKeysInMapping(let keys, let context):
      let names = keys.joined(separator: ", ")
      self.init(line: context.mark.line, zh: "字段重复：\(names)", en: "stands twice: \(names)")
    case .reader(let problem, _, _, _): self.init(line: nil, zh: "无法读取：\(problem)", en: problem)
    default: self.init(line: nil, zh: "无法读取", en: "cannot be read")
    }
  }
}

/// Turns what was parsed into JSON, and notes where it stood.
private struct NodeReader {
  private(set) var lines: [String: Int] = [:]
  private var depth = 0

  mutating func value(_ node: Node, _ path: String) throws -> JSONValue {
    let line = node.mark?.line
    lines[path] = line
    guard depth < NestingGuard.depth else {
      throw DocumentFault(line: line, zh: "嵌套过深", en: "nests too deep")
    }
    depth += 1
    defer { depth -= 1 }
    if node.anchor != nil {
      throw DocumentFault(line: line, zh: "不支持锚点与引用，请写全", en: "anchors are not taken; write it out")
    }
    switch node {
    case .alias: throw DocumentFault(line: line, zh: "不支持引用，请写全", en: "aliases are not taken; write it out")
    case .scalar(let scalar): return try PlainScalar.value(scalar, line)
    case .sequence(let sequence):
      try PlainScalar.refuse(tag: sequence.tag, besides: .seq, line)
      var values: [JSONValue] = []
      for (index, element) in sequence.enumerated() {
        values.append(try value(element, "\(path)[\(index)]"))
      }
      return .array(values)
    case .mapping(let mapping):
      try PlainScalar.refuse(tag: mapping.tag, besides: .map, line)
      var members: [String: JSONValue] = [:]
      for (key, member) in mapping {
        let name = try self.name(key)
        if members[name] != nil {
          throw DocumentFault(line: key.mark?.line, zh: "字段重复：\(name)", en: "stands twice: \(name)")
        }
        members[name] = try value(member, Form.join(path, name))
      }
      return .object(members)
    }
  }

  private func name(_ key: Node) throws -> String {
    let line = key.mark?.line
    guard case .scalar(let scalar) = key, key.anchor == nil else {
      throw DocumentFault(line: line, zh: "字段名应为文字", en: "the name of a field is a text")
    }
    if scalar.string == "<<", scalar.style == .plain {
      throw DocumentFault(line: line, zh: "不支持合并键 <<，请写全", en: "<< is not taken; write it out")
    }
    return scalar.string
  }
}
