import Curl
import Foundation

extension HubClient {
  /// The member that somebody named by id, member code, phone, card or exact name; refused unless it is one.
  func member(_ typed: String) throws -> JSONValue {
    // An id needs no search, and finds members that were merged into another, too.
    if UUID(uuidString: typed) != nil { return try get("members/" + JSONValue.segment(typed)) }
    let found = try get("members", [("q", typed)])["members"].elements
    if found.count > 1 {
      let codes = found.map(\.code.text).joined(separator: ", ")
      throw Failure.refused(
        code: "ambiguous_member", detail: "“\(typed)”对应多位会员，请用会员码 names several, use a code: \(codes)",
        field: nil)
    }
    guard let member = found.first else {
      throw Failure.refused(
        code: "unknown_member", detail: "没有会员 no member is “\(typed)”", field: nil)
    }
    return member
  }

  /// The id of the member that somebody named.
  func memberID(_ typed: String) throws -> String {
    UUID(uuidString: typed) == nil ? try member(typed).memberId.text : typed
  }

  /// A post that must not count twice: where the hub's answer was lost, its key is told, so that the same
  /// may be sent again.
  func postOnce(_ path: String, _ body: JSONValue, key given: String?) throws -> JSONValue {
    let key = given ?? UUID().uuidString
    do { return try post(path, body, key: key) } catch Failure.unreachable(let hub, let why) {
      throw Failure.unreachable(hub, "\(why)；重发请加 send it again with --key \(key)")
    }
  }
}

extension JSONValue {
  /// A member in a line: code, name, and the phone as others may see it.
  var memberWords: String {
    [self.code.text, self.registers.name.text, maskedPhone(self.registers.phone.text)]
      .filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// A change with its sign.
  var signed: String { (integerValue ?? 0) > 0 ? "+\(text)" : text }
}

/// A list of members as a file: an id in each line.
enum MemberFile {
  static func ids(in path: String) throws -> [JSONValue] {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw Failure.setting("file", "无法读取 cannot read \(path)")
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    return lines.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }.map { .string($0) }
  }
}
