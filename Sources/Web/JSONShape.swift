import Foundation

/// The skeleton of a JSON text: which keys stand where. Values are left to the decoder.
///
/// `JSONDecoder` silently takes the last of two equal keys, other encodings than UTF-8 and any depth up
/// to its own; reading the skeleton first refuses all three, and shows later which keys nobody read.
enum JSONShape: Equatable {
  case object([String: JSONShape])
  case array([JSONShape])
  case leaf
  case null

  enum Fault: Error, Equatable {
    case malformed(offset: Int)
    case tooDeep
    case duplicate(path: String)
    case controlCharacter(path: String)
  }

  /// The first key, non-null and in path order, that `understood` does not have at the same place.
  func firstKey(missingFrom understood: JSONShape, path: String = "") -> String? {
    switch (self, understood) {
    case (.object(let members), .object(let known)):
      for (key, value) in members.sorted(by: { $0.key < $1.key }) where value != .null {
        let place = Self.join(path, key)
        guard let counterpart = known[key] else { return place }
        if let missing = value.firstKey(missingFrom: counterpart, path: place) { return missing }
      }
    case (.array(let values), .array(let known)):
      for (index, (value, counterpart)) in zip(values, known).enumerated() {
        let place = "\(path)[\(index)]"
        if let missing = value.firstKey(missingFrom: counterpart, path: place) { return missing }
      }
    default: break
    }
    return nil
  }

  static func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}
