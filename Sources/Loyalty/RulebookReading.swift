import Foundation
import SyncProtocol

extension Rulebook {
  /// A rulebook says something that this version does not know.
  public struct NotUnderstood: Error {}

  /// Reads a rulebook of headquarters, whole or not at all: a condition that was passed over would give too
  /// much to too many.
  public static func understood(_ document: [UInt8]) throws -> Rulebook {
    let rulebook = try decode(document)
    let encoder = JSONEncoder()
    encoder.userInfo[.everyField] = true
    let known = try JSONSerialization.jsonObject(with: encoder.encode(rulebook))
    guard isKnown(try JSONSerialization.jsonObject(with: Data(document)), known) else {
      throw NotUnderstood()
    }
    return rulebook
  }

  private static func isKnown(_ told: Any, _ known: Any) -> Bool {
    switch (told, known) {
    case (let told as [String: Any], let known as [String: Any]):
      told.allSatisfy { key, value in value is NSNull || known[key].map { isKnown(value, $0) } ?? false }
    case (let told as [Any], let known as [Any]): zip(told, known).allSatisfy { isKnown($0, $1) }
    default: true
    }
  }
}
