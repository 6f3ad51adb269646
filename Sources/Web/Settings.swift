import Foundation
import Loyalty

/// A setting that a program cannot start with.
public struct SettingError: Error, Equatable, CustomStringConvertible {
  /// The setting's name.
  public let name: String
  /// What is wrong, without repeating a value that may be a secret.
  public let why: String
  /// The one line an operator sees.
  public var description: String {
    let words = Words(reason: why)
    return "设置 setting \(name): " + (words.zh == words.en ? why : "\(words.zh) \(words.en)")
  }

  /// For a check of a program's own.
  public init(_ name: String, _ why: String) {
    self.name = name
    self.why = why
  }
}

/// A program's settings: a flag wins over the environment, that over the configuration file, that over
/// the default.
///
/// A setting named `data-folder` is the flag `--data-folder`, the variable `PATRON_DATA_FOLDER` and the
/// member `data_folder` of the file, which is one flat JSON object.
public struct Settings: Sendable {
  private let flags: [String: String]
  private let environment: [String: String]
  private let file: [String: String]

  /// Takes what was given on the command line (nil for what was not) and reads the file if there is one.
  public init(
    flags: [String: String?] = [:], environment: [String: String] = ProcessInfo.processInfo.environment,
    file path: String? = nil
  ) throws(SettingError) {
    self.flags = flags.compactMapValues { $0 }
    self.environment = environment
    guard let path else {
      file = [:]
      return
    }
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw SettingError("config", "无法读取 cannot read \(path)")
    }
    guard let members = try? JSONDecoder().decode([String: Scalar].self, from: bytes) else {
      throw SettingError("config", "\(path) 不是单层 JSON 对象 is not one flat JSON object")
    }
    file = members.mapValues(\.text)
  }

  /// A text; without a default it must be given.
  public func string(_ name: String, default fallback: String? = nil) throws(SettingError) -> String {
    guard let value = given(name) ?? fallback else { throw SettingError(name, "is required") }
    guard !value.isEmpty else { throw SettingError(name, "is empty") }
    return value
  }

  /// A text that may be left out.
  public func optional(_ name: String) -> String? { given(name) }

  /// A whole number within `range`.
  public func int(
    _ name: String, in range: ClosedRange<Int>, default fallback: Int? = nil
  ) throws(SettingError) -> Int {
    guard let value = given(name) else {
      if let fallback { return fallback }
      throw SettingError(name, "is required")
    }
    guard let number = Int(value), range.contains(number) else {
      throw SettingError(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// Yes or no.
  public func bool(_ name: String, default fallback: Bool) throws(SettingError) -> Bool {
    switch given(name)?.lowercased() {
    case nil: return fallback
    case "true", "yes", "1": return true
    case "false", "no", "0": return false
    default: throw SettingError(name, "must be true or false")
    }
  }

  /// An absolute path; a relative one is taken from the working folder.
  public func path(_ name: String, default fallback: String? = nil) throws(SettingError) -> String {
    URL(fileURLWithPath: try string(name, default: fallback)).standardizedFileURL.path
  }

  /// Runs what reads the settings; on a bad one prints its line and ends the program with status 2.
  public static func orExit<Value>(_ read: () throws(SettingError) -> Value) -> Value {
    do {
      return try read()
    } catch {
      FileHandle.standardError.write(Data("\(error)\n".utf8))
      exit(2)
    }
  }

  private func given(_ name: String) -> String? {
    let snake = name.replacing("-", with: "_")
    return flags[name] ?? environment["PATRON_\(snake.uppercased())"] ?? file[snake]
  }

  /// A text, number or truth in the file, as the text a flag would have.
  private struct Scalar: Decodable {
    let text: String
    init(from decoder: any Decoder) throws {
      let single = try decoder.singleValueContainer()
      if let truth = try? single.decode(Bool.self) {
        text = "\(truth)"
      } else if let number = try? single.decode(Int.self) {
        text = "\(number)"
      } else {
        text = try single.decode(String.self)
      }
    }
  }
}
