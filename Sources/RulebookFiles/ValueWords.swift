import Curl
import Loyalty
import SyncProtocol

/// A document's values as people read them.
struct ValueWords {
  /// ISO 4217.
  let currency: String

  /// Whether tiers count money.
  let isBySpend: Bool

  init(of rulebook: JSONValue) {
    currency = rulebook.currency.stringValue ?? ""
    isBySpend = rulebook.tiers.metric == "spend"
  }

  /// One value on one line: `¥100.00`, `950‰（9.5折）`, `member 会员`, `品类 categories wine, beer`.
  func text(_ value: JSONValue, _ form: Form?) -> String {
    switch (form, value) {
    case (.integer(let unit, _), .integer(let number)): return text(number, unit)
    case (.choice(let choices), .string(let text)):
      return choices.first { $0.value == text }.map { "\(text) \($0.words.label)" } ?? text
    case (_, .array(let values)):
      let element: Form? = if case .list(let element, _) = form { element } else { nil }
      let isPlain = values.allSatisfy { $0.members.isEmpty }
      let texts = values.map { isPlain ? text($0, element) : "（\(text($0, element))）" }
      return texts.isEmpty ? "–" : texts.joined(separator: isPlain ? ", " : "")
    case (_, .object(let members)):
      if members.isEmpty { return "–" }
      if Set(members.keys) == ["zh", "en"] { return "\(plain(members["zh"])) \(plain(members["en"]))" }
      return ValueWords.fields(of: members, form).compactMap { key, field in
        guard let member = members[key], member != field?.fallback, member != [:] else { return nil }
        return part(member, field, key)
      }.joined(separator: "，")
    default: return plain(value)
    }
  }

  private func part(_ value: JSONValue, _ field: Form.Field?, _ key: String) -> String {
    // What an object is comes before what it has, and needs no name.
    if case .choice(let choices) = field?.form, choices.count == 1 { return text(value, field?.form) }
    let text = text(value, field?.form)
    let isNested = !value.members.isEmpty && value["zh"].isNull
    let name = [field?.label, key].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: " ")
    return isNested ? "\(name)（\(text)）" : "\(name) \(text)"
  }

  private func text(_ number: Int64, _ unit: Form.Unit) -> String {
    switch unit {
    case .plain: "\(number)"
    case .money: Money(number).text(currency: currency)
    case .payRate: "\(number)‰（\(tenths(number, 100))折）"
    case .factor: "×\(tenths(number, 1000))"
    case .share: "\(tenths(number, 10))%"
    case .figure: isBySpend ? text(number, .money) : "\(number)"
    }
  }

  /// `9.5` for 950 hundredths.
  private func tenths(_ number: Int64, _ divisor: Int64) -> String {
    let (whole, rest) = number.quotientAndRemainder(dividingBy: divisor)
    let digits = String(String(divisor + abs(rest)).dropFirst().reversed().drop { $0 == "0" }.reversed())
    return "\(whole)" + (digits.isEmpty ? "" : ".\(digits)")
  }

  private func plain(_ value: JSONValue?) -> String {
    switch value {
    case .string(let text): text
    case .integer(let number): "\(number)"
    case .decimal(let text): text
    case .bool(let truth): truth ? "是 yes" : "否 no"
    default: "–"
    }
  }

  /// The members' keys in the form's order, those it does not know last.
  static func fields(of members: [String: JSONValue], _ form: Form?) -> [(String, Form.Field?)] {
    var known: [Form.Field] = []
    switch form {
    case .record(let record): known = record.fields
    case .variants(let variants):
      let kind = variants.cases.first { .string($0.value) == members[variants.key] }
      let choice = kind.map { [Form.Choice(value: $0.value, words: $0.words)] } ?? []
      known = [.required(variants.key, .choice(choice), "方式", "")] + (kind?.fields ?? [])
    case .map(let element):
      known = members.keys.sorted().map { .optional($0, element, "", "") }
    default: break
    }
    let names = Set(known.map(\.key))
    return known.map { ($0.key, $0) } + members.keys.filter { !names.contains($0) }.sorted().map { ($0, nil) }
  }
}
