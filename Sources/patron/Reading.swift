import Curl
import Foundation
import Loyalty
import RulebookFiles
import SyncProtocol
import Terminal

extension JSONValue {
  /// The value in a table: nothing for what is not there.
  var text: String {
    switch self {
    case .string(let text): text
    case .integer(let number): String(number)
    case .decimal(let number): number
    case .bool(let truth): truth ? "✓" : "–"
    case .null, .object, .array: ""
    }
  }

  /// Minor units as people write an amount.
  var money: String { integerValue?.asMoney ?? "" }

  /// Both languages of a text that the rules carry.
  var words: String { [self["zh"].text, self["en"].text].filter { !$0.isEmpty }.joined(separator: " ") }

  /// The day before this one: rules name the first day on which something is over, people the last on which
  /// it holds. Nil for never.
  var lastDay: String? {
    guard let end = Day(text), end < .never else { return nil }
    return Day(end.number - 1).description
  }

  /// A path's segment from what a person typed.
  static func segment(_ typed: String) -> String { APIClient.percentEncoded(typed) }
}

extension WrittenDocument {
  /// Reads a file a person wrote, YAML or JSON.
  init(file path: String) throws {
    guard let file = FileHandle(forReadingAtPath: path),
      let bytes = try? file.read(upToCount: Limits.rulebookBytes + 1)
    else { throw Failure.setting("file", "无法读取 cannot read \(path)") }
    do { try self.init([UInt8](bytes)) } catch let fault as DocumentFault {
      let line = fault.line.map { "第 \($0) 行 line \($0): " } ?? ""
      throw Failure.faults("\(path): \(line)\(fault.words.zh) \(fault.words.en)")
    }
  }
}

/// `13812341234` with its middle hidden, as it may stand on a screen that others see.
func maskedPhone(_ phone: String) -> String {
  guard phone.count > 7 else { return phone }
  return phone.dropLast(8) + "****" + phone.suffix(4)
}

/// Pairs under each other; those without a value are left out.
func sheet(_ pairs: [(String, String)]) -> [String] {
  let given = pairs.filter { !$0.1.isEmpty }
  let width = given.map(\.0.displayWidth).max() ?? 0
  return given.map { "\($0.0.padded(to: width))  \($0.1)" }
}

/// A table's lines, or one that says there is nothing.
func lines(_ table: TextTable) -> [String] { table.isEmpty ? ["（无 none）"] : table.lines }
