import Curl
import Loyalty

/// What differs between two rulebooks, for people 规则对比. Rules are told by their ids, so that one put in
/// between does not look like a change of all.
public struct Comparison: Sendable {
  public struct Section: Sendable {
    /// The Chinese and the JSON name.
    public let name: String
    public fileprivate(set) var lines: [String] = []
    /// Rules that came, went or changed; a section that is no list of rules only changes.
    public fileprivate(set) var added = 0
    public fileprivate(set) var removed = 0
    public fileprivate(set) var changed = 0
  }

  /// Sections that differ, in the document's order.
  public private(set) var sections: [Section] = []

  /// The version's number and its time are no rules and are left out.
  public init(from old: JSONValue, to new: JSONValue) {
    let fields = ValueWords.fields(of: old.members.merging(new.members) { $1 }, .rulebook)
    let words = (old: ValueWords(of: old), new: ValueWords(of: new))
    for (key, field) in fields where !["version", "effectiveFrom"].contains(key) {
      var section = Section(name: [field?.label, key].compactMap { $0 }.joined(separator: " "))
      var course = Course(words: words)
      if case .list(.record(let record), _) = field?.form, let name = record.key {
        course.compare(
          Course.listed(old[key], by: name), Course.listed(new[key], by: name), record, in: &section)
      } else {
        course.compareWhole(old[key], new[key], field, key)
        section.changed = course.lines.isEmpty ? 0 : 1
      }
      section.lines = course.lines
      if !section.lines.isEmpty { sections.append(section) }
    }
  }

  public var isEmpty: Bool { sections.isEmpty }

  /// Every change, under its section.
  public var lines: [String] { sections.flatMap { [$0.name] + $0.lines.map { "  " + $0 } } }

  /// All in one line: `消费积分 earning +1 ~2; 等级方案 tiers ~1`.
  public var summary: String {
    sections.map { section in
      let counts = [("+", section.added), ("−", section.removed), ("~", section.changed)].filter { $0.1 > 0 }
      return "\(section.name) " + counts.map { "\($0.0)\($0.1)" }.joined(separator: " ")
    }.joined(separator: "; ")
  }
}

/// A way through two documents side by side.
private struct Course {
  let words: (old: ValueWords, new: ValueWords)
  var lines: [String] = []

  typealias Rules = [(id: String, rule: JSONValue)]

  static func listed(_ list: JSONValue, by key: String) -> Rules {
    list.elements.enumerated().map { ($1[key].stringValue ?? "\($0 + 1)", $1) }
  }

  /// Rules of a list: which came, went and changed, and whether their order did.
  mutating func compare(
    _ old: Rules, _ new: Rules, _ record: Form.Record, in section: inout Comparison.Section,
    indent: String = ""
  ) {
    let before = Dictionary(old.map { ($0.id, $0.rule) }) { first, _ in first }
    let after = Dictionary(new.map { ($0.id, $0.rule) }) { first, _ in first }
    for (id, rule) in old where after[id] == nil {
      lines.append("\(indent)- \(id): \(words.old.text(rule.without(record.key), .record(record)))")
      section.removed += 1
    }
    for (id, rule) in new {
      guard let was = before[id] else {
        lines.append("\(indent)+ \(id): \(words.new.text(rule.without(record.key), .record(record)))")
        section.added += 1
        continue
      }
      var inside = Course(words: words)
      inside.compareMembers(was, rule, .record(record), indent + "    ")
      if inside.lines.isEmpty { continue }
      lines += ["\(indent)~ \(id)"] + inside.lines
      section.changed += 1
    }
    let kept = (old.map(\.id).filter { after[$0] != nil }, new.map(\.id).filter { before[$0] != nil })
    if kept.0 != kept.1 {
      let orders = "\(kept.0.joined(separator: ", ")) → \(kept.1.joined(separator: ", "))"
      lines.append("\(indent)~ 顺序 order: \(orders)")
      section.changed += 1
    }
  }

  mutating func compare(_ old: JSONValue, _ new: JSONValue, _ field: Form.Field?, _ indent: String) {
    let (was, now) = (old.filled(field), new.filled(field))
    if was == now { return }
    let name = [field?.label, field?.key].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
    switch (field?.form, was, now) {
    case (.list(.record(let record), _), .array, .array) where record.key != nil:
      var section = Comparison.Section(name: name)
      var inside = Course(words: words)
      inside.compare(
        Course.listed(was, by: record.key ?? ""), Course.listed(now, by: record.key ?? ""), record,
        in: &section, indent: indent + "  ")
      if !inside.lines.isEmpty { lines += ["\(indent)\(name):"] + inside.lines }
    case (.record, .object, .object), (.map, .object, .object):
      let isText = Set(was.members.keys) == ["zh", "en"]
      if isText { return say(name, was, now, field, indent) }
      var inside = Course(words: words)
      inside.compareMembers(was, now, field?.form, indent + "  ")
      if !inside.lines.isEmpty { lines += ["\(indent)\(name):"] + inside.lines }
    default: say(name, was, now, field, indent)
    }
  }

  /// A section that is no list of rules.
  mutating func compareWhole(_ old: JSONValue, _ new: JSONValue, _ field: Form.Field?, _ key: String) {
    let (was, now) = (old.filled(field), new.filled(field))
    if case .object = was, case .object = now, case .record(let record) = field?.form, record["zh"] == nil {
      compareMembers(was, now, .record(record), "")
    } else {
      say("", was, now, field ?? .optional(key, .flag, "", ""), "")
    }
  }

  private mutating func say(
    _ name: String, _ was: JSONValue, _ now: JSONValue, _ field: Form.Field?, _ indent: String
  ) {
    let texts = (words.old.text(was, field?.form), words.new.text(now, field?.form))
    if texts.0 == texts.1 { return }
    lines.append("\(indent)\(name.isEmpty ? "" : name + ": ")\(texts.0) → \(texts.1)")
  }

  private mutating func compareMembers(_ old: JSONValue, _ new: JSONValue, _ form: Form?, _ indent: String) {
    for (key, field) in ValueWords.fields(of: old.members.merging(new.members) { $1 }, form) {
      // A field that a later version knows is shown as it stands.
      compare(old[key], new[key], field ?? .optional(key, .flag, "", ""), indent)
    }
  }
}

extension JSONValue {
  fileprivate func without(_ key: String?) -> JSONValue {
    guard case .object(var members) = self, let key else { return self }
    members[key] = nil
    return .object(members)
  }

  /// What leaving it out means.
  fileprivate func filled(_ field: Form.Field?) -> JSONValue { isNull ? field?.fallback ?? .null : self }
}
