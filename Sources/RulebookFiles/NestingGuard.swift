import Foundation

/// Refuses before parsing what would make a parser go too deep or too long: its stack and its time are not
/// the writer's to use.
enum NestingGuard {
  /// How deep a document nests. Ours come to 9.
  static let depth = 32
  /// Brackets that may be open at once, those in texts and comments counted too.
  private static let brackets = 256
  /// Columns of a line's beginning: each level of block style takes one at least.
  private static let indentation = 256
  /// Aliases are refused when they are read. Until then so few cannot name too much.
  private static let aliases = 16

  static func check(_ text: String) throws {
    var (open, lines, aliases) = (0, 0, 0)
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      lines += 1
      let bytes = line.utf8
      if bytes.prefix(while: { " -?:\t".utf8.contains($0) }).count > indentation {
        throw DocumentFault(line: lines, zh: "缩进过深", en: "is indented too far")
      }
      if line.drop(while: { $0 == " " }).first == "#" { continue }
      var before = UInt8(ascii: " ")
      for byte in bytes {
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "{"): open += 1
        case UInt8(ascii: "]"), UInt8(ascii: "}"): open = max(0, open - 1)
        case UInt8(ascii: "*") where " ,:[{\t?-".utf8.contains(before): aliases += 1
        default: break
        }
        before = byte
      }
      guard open <= brackets, aliases <= self.aliases else {
        throw DocumentFault(
          line: lines, zh: "嵌套过深或引用过多", en: "nests too deep, or has too many aliases")
      }
    }
  }
}

/// JSON writes a character beyond the first 65,536 as two escapes, which YAML does not know.
enum SurrogatePairs {
  static func joined(in text: String) -> String {
    guard text.contains("\\u") else { return text }
    return text.replacing(
      /(?<slashes>\\+)u(?<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?<low>[dD][c-fC-F][0-9a-fA-F]{2})/
    ) { match in
      // After an even number of them the u is a letter.
      guard match.slashes.count % 2 == 1, let high = UInt32(match.high, radix: 16),
        let low = UInt32(match.low, radix: 16),
        let scalar = Unicode.Scalar((high - 0xD800) << 10 + (low - 0xDC00) + 0x1_0000)
      else { return String(match.output.0) }
      return String(match.slashes.dropLast()) + String(Character(scalar))
    }
  }
}
