import Curl
import Foundation
import Yams

/// What a word without quotes stands for.
enum PlainScalar {
  static func value(_ scalar: Node.Scalar, _ line: Int?) throws -> JSONValue {
    let text = scalar.string
    try refuse(tag: scalar.tag, besides: .str, line)
    guard scalar.style == .plain else { return .string(text) }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true": return .bool(true)
    case "false": return .bool(false)
    default: break
    }
    if text.wholeMatch(of: /0|-?[1-9][0-9]*/) != nil {
      guard let number = Int64(text) else {
        throw DocumentFault(line: line, zh: "数字过大：\(text)", en: "the number is too large: \(text)")
      }
      return .integer(number)
    }
    if text.wholeMatch(of: /[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+/)
      != nil
    {
      throw DocumentFault(
        line: line, zh: "不接受小数 \(text)：金额以分计，比率以千分之一计；若是文字请加引号",
        en: "\(text) is no whole number: money is in minor units, rates in thousandths; a text has quotes")
    }
    if let reason = ambiguous(text) {
      throw DocumentFault(
        line: line, zh: "\(text) 有歧义，\(reason.zh)", en: "\(text) is ambiguous; \(reason.en)")
    }
    return .string(text)
  }

  /// Words that one reader of YAML takes for something else than another does.
  private static func ambiguous(_ text: String) -> (zh: String, en: String)? {
    let truths: Set<String> = ["yes", "no", "on", "off", "y", "n", "true", "false"]
    if truths.contains(text.lowercased()) {
      return ("请写 true 或 false，文字请加引号", "write true or false, or quotes around a text")
    }
    let isNumber =
      text.wholeMatch(of: /[-+]?0[0-9_]+|\+[0-9_]+|[-+]?[0-9]+_[0-9_]*|-0/) != nil
      || text.wholeMatch(of: /[-+]?0([xX][0-9a-fA-F_]+|[oObB][0-7_]+)/) != nil
      || text.lowercased().wholeMatch(of: /[-+]?\.(inf|nan)/) != nil
    if isNumber {
      return ("请写普通数字，编号请加引号", "write plain digits, or quotes around a code")
    }
    return nil
  }

  /// A tag makes something else of a value than its text shows.
  static func refuse(tag: Tag, besides plain: Tag.Name, _ line: Int?) throws {
    let name = Tag.Name(rawValue: tag.rawValue)
    if ![.implicit, .nonSpecific, plain].contains(name) {
      throw DocumentFault(line: line, zh: "不支持标签 \(tag.rawValue)", en: "the tag \(tag.rawValue) is not taken")
    }
  }
}
