import Foundation
import Loyalty
import SyncProtocol

/// How every JSON of our APIs is read and written.
public enum JSONBody {
  /// Keys in order, so that equal values are equal bytes; slashes plain, because people read links.
  public static let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()

  private static let wholeEncoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.userInfo[.everyField] = true
    return encoder
  }()

  /// Reads a value strictly: what the type does not know is refused, not dropped.
  ///
  /// A misspelt optional field would otherwise be a silent loss. What the type knows is found by encoding
  /// the value again, so it needs no list of its own; fields that are null count as absent.
  public static func decode<Value: Codable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
    guard !bytes.isEmpty else { throw malformed("请求没有内容", "the body is empty") }
    let shape = try shape(of: bytes)
    let value: Value
    do {
      value = try JSONDecoder().decode(type, from: Data(bytes))
    } catch let error as DecodingError {
      throw saysNothing(error) ? unfitNumber(type, bytes) : problem(for: error)
    }
    let understood = try JSONShapeReader.read([UInt8](wholeEncoder.encode(value)), maximumDepth: .max)
    if let path = shape.firstKey(missingFrom: understood) {
      let field = clipped(path)
      let why = Words(field: field, reason: "there is no field of this name here")
      throw Problem(400, "unknown_field", why, field: field)
    }
    return value
  }

  private static func shape(of bytes: [UInt8]) throws(Problem) -> JSONShape {
    do {
      return try JSONShapeReader.read(bytes)
    } catch {
      switch error {
      case .malformed(let offset):
        throw malformed(
          "内容不是 UTF-8 的 JSON（第 \(offset) 字节附近）", "the body is not JSON in UTF-8 (near byte \(offset))")
      case .tooDeep:
        let depth = JSONShapeReader.maximumDepth
        throw malformed("内容嵌套超过 \(depth) 层", "the body nests deeper than \(depth)")
      case .duplicate(let path):
        var problem = malformed("内容中有重复的键", "the body has a key twice")
        problem.field = clipped(path)
        throw problem
      case .controlCharacter(let path):
        throw Problem.invalid(clipped(path), "has a control character")
      }
    }
  }

  private static func malformed(_ zh: String, _ en: String) -> Problem {
    Problem(400, "malformed_json", Words(zh: zh, en: en))
  }

  private static func problem(for error: DecodingError) -> Problem {
    switch error {
    case .typeMismatch(let type, let context):
      invalid(context.codingPath, "is not \(name(of: type))")
    case .valueNotFound(_, let context):
      invalid(context.codingPath, "must not be null")
    case .keyNotFound(let key, let context):
      invalid(context.codingPath + [key], "is missing")
    case .dataCorrupted(let context):
      // Of a choice Foundation tells the name of our type and of nothing that people know.
      invalid(
        context.codingPath,
        context.debugDescription.hasPrefix("Cannot initialize")
          ? "is none of the values that there are" : context.debugDescription)
    @unknown default: malformed("内容无法读取", "the body cannot be read")
    }
  }

  /// The skeleton has been read, so what is left is a number that does not fit or a bad escape in a text.
  private static func unfitNumber<Value: Codable>(_ type: Value.Type, _ bytes: [UInt8]) -> Problem {
    let path = UnfitNumber.path(in: bytes) { candidate in
      do {
        _ = try JSONDecoder().decode(type, from: Data(candidate))
        return true
      } catch let error as DecodingError {
        return !saysNothing(error)
      } catch {
        return true
      }
    }
    guard let path else { return malformed("内容不是 JSON：转义有误", "the body is not JSON: a bad escape") }
    return .invalid(clipped(path), "is not a number that fits here")
  }

  private static func saysNothing(_ error: DecodingError) -> Bool {
    guard case .dataCorrupted(let context) = error else { return false }
    return context.codingPath.isEmpty
  }

  private static func invalid(_ path: [any CodingKey], _ why: String) -> Problem {
    let field = path.reduce("") { path, key in
      key.intValue.map { "\(path)[\($0)]" } ?? JSONShape.join(path, key.stringValue)
    }
    return .invalid(clipped(field), why)
  }

  private static func name(of type: any Any.Type) -> String {
    switch type {
    case is String.Type: "text"
    case is Bool.Type: "true or false"
    case is any BinaryInteger.Type: "a whole number"
    case is any BinaryFloatingPoint.Type, is Decimal.Type: "a number"
    case is [Any].Type: "a list"
    default: "a value of the right kind"
    }
  }

  /// A path holds keys the caller chose, and an answer should not be as long as the question.
  private static func clipped(_ path: String) -> String { String(path.prefix(200)) }
}
