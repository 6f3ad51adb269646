import Curl
import Loyalty

/// What a value of a document may be 格式. The JSON Schema, the checks and the words of a comparison all follow
/// from it, so that none of them knows a field that another does not.
public indirect enum Form: Sendable {
  /// So many characters.
  case text(ClosedRange<Int>)
  case integer(Unit, ClosedRange<Int64>)
  case flag
  /// A moment, RFC 3339.
  case time
  /// A time of day, `18:00`.
  case clock
  case choice([Choice])
  case list(Form, ClosedRange<Int>)
  /// Values by names that the writer chooses.
  case map(Form)
  case record(Record)
  case variants(Variants)

  /// What a whole number counts, for people who read it.
  public enum Unit: Sendable {
    case plain
    /// Minor units.
    case money
    /// Thousandths to pay: 950 is 9.5折.
    case payRate
    /// Thousandths to multiply by.
    case factor
    /// Thousandths of a whole.
    case share
    /// What a tier scheme counts: minor units where its metric is spend.
    case figure
  }

  /// One word of a closed list.
  public struct Choice: Sendable {
    public let value: String
    public let words: Words
  }

  /// An object with fields of its own.
  public struct Record: Sendable {
    /// Under which the JSON Schema defines it.
    public let name: String
    public let words: Words
    public let fields: [Field]
    /// The field that tells one of a list from the others; nil where they have none.
    public var key: String? { fields.first { ["id", "sku"].contains($0.key) && $0.isRequired }?.key }

    subscript(key: String) -> Field? { fields.first { $0.key == key } }
  }

  /// An object that says in one field which others it has.
  public struct Variants: Sendable {
    public let name: String
    public let words: Words
    public let key: String
    public let cases: [Variant]
  }

  public struct Variant: Sendable {
    public let value: String
    public let words: Words
    public let fields: [Field]
  }

  /// One field of an object.
  public struct Field: Sendable {
    public let key: String
    public let form: Form
    public let words: Words
    public let isRequired: Bool
    /// What leaving it out means, where that is a value.
    public let fallback: JSONValue?

    /// The Chinese name alone: its words up to the first explanation.
    public var label: String { words.label }
  }
}

extension Words {
  /// The Chinese up to the first explanation.
  var label: String { String(zh.prefix { !"，。（：；".contains($0) }) }
}

extension Form.Field {
  static func required(_ key: String, _ form: Form, _ zh: String, _ en: String) -> Form.Field {
    Form.Field(key: key, form: form, words: Words(zh: zh, en: en), isRequired: true, fallback: nil)
  }

  static func optional(
    _ key: String, _ form: Form, _ zh: String, _ en: String, else fallback: JSONValue? = nil
  ) -> Form.Field {
    Form.Field(key: key, form: form, words: Words(zh: zh, en: en), isRequired: false, fallback: fallback)
  }
}

extension Form {
  static func record(_ name: String, _ zh: String, _ en: String, _ fields: [Field]) -> Form {
    .record(Record(name: name, words: Words(zh: zh, en: en), fields: fields))
  }

  static func variants(_ name: String, by key: String, _ zh: String, _ en: String, _ cases: [Variant]) -> Form
  {
    .variants(Variants(name: name, words: Words(zh: zh, en: en), key: key, cases: cases))
  }

  static func choice(_ choices: [(value: String, zh: String, en: String)]) -> Form {
    .choice(choices.map { Choice(value: $0.value, words: Words(zh: $0.zh, en: $0.en)) })
  }

  static func list(_ form: Form, atMost count: Int = .max) -> Form { .list(form, 0...count) }

  static func number(_ range: ClosedRange<Int>) -> Form {
    .integer(.plain, Int64(range.lowerBound)...Int64(range.upperBound))
  }
}

extension Form.Variant {
  init(_ value: String, _ zh: String, _ en: String, _ fields: [Form.Field] = []) {
    self.init(value: value, words: Words(zh: zh, en: en), fields: fields)
  }
}
