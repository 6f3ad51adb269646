import Curl
import Loyalty
import SyncProtocol

/// Something wrong with a document, and where it stands.
public struct Complaint: Hashable, Sendable {
  /// As the rules write paths: `earning[0].per`.
  public let path: String
  public let words: Words
}

extension Form {
  /// All that does not fit the form, in the document's order of keys.
  public func complaints(of value: JSONValue, at path: String = "") -> [Complaint] {
    func complain(_ zh: String, _ en: String) -> [Complaint] {
      [Complaint(path: path, words: Words(zh: zh, en: en))]
    }
    if value.isNull { return complain("为空，不用的字段请删去", "is empty; leave out what is not used") }
    switch (self, value) {
    case (.text(let count), .string(let text)):
      return count.contains(text.count)
        ? [] : complain("应有 \(Self.span(count)) 个字符", "has \(Self.span(count, en: true)) characters")
    case (.text, .integer):
      return complain("应为文字，数字编号请加引号", "is a text; put quotes around the number")
    case (.text, _): return complain("应为文字", "is a text")
    case (.integer(_, let range), .integer(let number)):
      return range.contains(number)
        ? [] : complain("应\(Self.bounds(range).zh)", "is \(Self.bounds(range).en)")
    case (.integer, _): return complain("应为整数", "is a whole number")
    case (.flag, .bool): return []
    case (.flag, _): return complain("应为 true 或 false", "is true or false")
    case (.time, .string(let text)) where Timestamp(text) != nil: return []
    case (.time, _):
      return complain("应为时间，如 2026-11-22T09:30:00+08:00", "is a time such as 2026-11-22T09:30:00+08:00")
    case (.clock, .string(let text)) where Self.isClock(text): return []
    case (.clock, _): return complain("应为时刻，如 \"18:00\"", "is a time of day such as \"18:00\"")
    case (.choice(let choices), _): return unlisted(value, choices.map(\.value), path)
    case (.list(let form, let count), .array(let values)):
      let found =
        count.contains(values.count)
        ? [] : complain("应有 \(Self.span(count)) 项", "has \(Self.span(count, en: true)) entries")
      return found
        + values.enumerated().flatMap { form.complaints(of: $0.element, at: "\(path)[\($0.offset)]") }
    case (.list, _): return complain("应为列表", "is a list")
    case (.map(let form), .object(let members)):
      if members.isEmpty { return complain("至少一项", "has at least one entry") }
      return members.sorted { $0.key < $1.key }.flatMap {
        form.complaints(of: $0.value, at: Self.join(path, $0.key))
      }
    case (.record(let record), .object(let members)):
      return Self.complaints(of: members, record.fields, at: path) { _ in nil }
    case (.variants(let variants), .object(let members)):
      return Self.complaints(of: members, variants, at: path)
    case (.map, _), (.record, _), (.variants, _): return complain("应为一组字段", "is an object with fields")
    }
  }

  private static func complaints(
    of members: [String: JSONValue], _ variants: Variants, at path: String
  ) -> [Complaint] {
    let place = join(path, variants.key)
    guard let given = members[variants.key] else {
      let values = variants.cases.map(\.value).joined(separator: ", ")
      return [Complaint(path: place, words: Words(zh: "缺少，可为 \(values)", en: "is missing; one of \(values)"))]
    }
    guard let variant = variants.cases.first(where: { .string($0.value) == given }) else {
      return unlisted(given, variants.cases.map(\.value), place)
    }
    let rest = members.filter { $0.key != variants.key }
    return complaints(of: rest, variant.fields, at: path) { key in
      let others = variants.cases.filter { $0.fields.contains { $0.key == key } }.map(\.value)
      if others.isEmpty { return nil }
      let names = others.joined(separator: ", ")
      return Words(zh: "属于 \(names)，不属于 \(variant.value)", en: "belongs to \(names), not to \(variant.value)")
    }
  }

  private static func complaints(
    of members: [String: JSONValue], _ fields: [Field], at path: String, stray: (String) -> Words?
  ) -> [Complaint] {
    var found: [Complaint] = []
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      let place = join(path, key)
      if let field = fields.first(where: { $0.key == key }) {
        found += field.form.complaints(of: value, at: place)
      } else if let words = stray(key) {
        found.append(Complaint(path: place, words: words))
      } else {
        let near = nearest(to: key, among: fields.map(\.key))
        found.append(
          Complaint(
            path: place,
            words: Words(
              zh: "没有这个字段" + (near.map { "，是否为 \($0)" } ?? ""),
              en: "is not a field here" + (near.map { "; did you mean \($0)?" } ?? ""))))
      }
    }
    for field in fields where field.isRequired && members[field.key] == nil {
      let words = Words(zh: "缺少", en: "is missing")
      found.append(Complaint(path: join(path, field.key), words: words))
    }
    return found
  }

  static func join(_ path: String, _ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  private static func isClock(_ text: String) -> Bool {
    text.wholeMatch(of: /([01][0-9]|2[0-3]):[0-5][0-9]|24:00/) != nil
  }

  private static func span(_ count: ClosedRange<Int>, en: Bool = false) -> String {
    if count.lowerBound == count.upperBound { return "\(count.lowerBound)" }
    if count.upperBound == .max { return en ? "at least \(count.lowerBound)" : "至少 \(count.lowerBound)" }
    return en ? "\(count.lowerBound) to \(count.upperBound)" : "\(count.lowerBound) 到 \(count.upperBound)"
  }

  private static func bounds(_ range: ClosedRange<Int64>) -> Words {
    let (low, high) = (range.lowerBound, range.upperBound)
    return high == .max
      ? Words(zh: "不小于 \(low)", en: "at least \(low)")
      : Words(zh: "为 \(low) 到 \(high)", en: "from \(low) to \(high)")
  }
}

/// A value that is none of a closed list.
private func unlisted(_ value: JSONValue, _ values: [String], _ path: String) -> [Complaint] {
  if let text = value.stringValue, values.contains(text) { return [] }
  let near = value.stringValue.flatMap { nearest(to: $0, among: values) }
  let all = values.joined(separator: ", ")
  return [
    Complaint(
      path: path,
      words: Words(
        zh: "可为 \(all)" + (near.map { "，是否为 \($0)" } ?? ""),
        en: "is one of \(all)" + (near.map { "; did you mean \($0)?" } ?? "")))
  ]
}

/// The name that somebody probably meant: at most a third of its letters differ.
func nearest(to typed: String, among names: [String]) -> String? {
  let typed = Array(typed.lowercased().prefix(64))
  let near = names.map { ($0, distance(typed, Array($0.lowercased()))) }
    .filter { $0.1 <= max(1, $0.0.count / 3) }
  return near.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
}

/// Letters put in, left out, changed, or swapped with their neighbour (Damerau and Levenshtein).
private func distance(_ a: [Character], _ b: [Character]) -> Int {
  var rows = [Array(0...b.count)]
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var least = min(rows[i][j] + (a[i] == b[j] ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { least = min(least, rows[i - 1][j - 1] + 1) }
      row.append(least)
    }
    rows.append(row)
  }
  return rows[a.count][b.count]
}
