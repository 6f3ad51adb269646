extension Fields {
  func encode(to sink: inout some FieldSink) {
    sink.list(pairs, .fieldCount) { sink, pair in
      sink.uint(UInt64(pair.tag), .tag)
      pair.value.encode(to: &sink)
    }
  }

  init(from source: inout some FieldSource) throws(WireError) {
    let pairs = try source.list(.fieldCount, limit: Fields.maximumFields) { source throws(WireError) in
      Field(tag: try source.tag(), value: try FieldValue(from: &source))
    }
    guard zip(pairs, pairs.dropFirst()).allSatisfy({ $0.tag < $1.tag }) else {
      throw .badValue("tags out of order")
    }
    self.init(pairs)
  }

  static let maximumFields = 1_024

  /// The stored form: what a replica keeps and what row hashes cover.
  public var canonicalBytes: [UInt8] {
    var sink = RowSink()
    encode(to: &sink)
    return sink.bytes
  }

  public init(canonicalBytes: [UInt8]) throws(WireError) {
    var source = RowSource(canonicalBytes)
    try self.init(from: &source)
    try source.finish()
  }
}

extension FieldSource {
  mutating func tag() throws(WireError) -> UInt32 {
    guard let tag = UInt32(exactly: try uint(.tag)) else { throw .badValue("tag over 32 bits") }
    return tag
  }
}

extension FieldValue {
  func encode(to sink: inout some FieldSink) {
    switch self {
    case .int(let value):
      sink.uint(0, .valueKind)
      sink.int(value, .valueInt)
    case .text(let value):
      sink.uint(1, .valueKind)
      sink.text(value, .valueText)
    case .bytes(let value):
      sink.uint(2, .valueKind)
      sink.blob(value, .valueBytes)
    }
  }

  init(from source: inout some FieldSource) throws(WireError) {
    switch try source.uint(.valueKind) {
    case 0: self = .int(try source.int(.valueInt))
    case 1: self = .text(try source.text(.valueText))
    case 2: self = .bytes(try source.blob(.valueBytes))
    default: throw .badValue("unknown kind of value")
    }
  }
}

extension RowKey {
  func encode(to sink: inout some FieldSink) {
    sink.uint(UInt64(kind.code), .rowKind)
    if let id = MemberID(bytes: bytes) {
      sink.flag(true, .flag)
      sink.id(id, .rowKey)
    } else {
      sink.flag(false, .flag)
      sink.blob(bytes, .key)
    }
  }

  init(from source: inout some FieldSource) throws(WireError) {
    let kind = try source.code(.rowKind)
    let isID = try source.flag(.flag)
    let bytes = isID ? (try source.id(.rowKey) as MemberID).bytes : try source.blob(.key)
    guard isID || bytes.count != 16 else { throw .badValue("a 16-byte key travels as an id") }
    self.init(kind: RowKind(code: kind), bytes: bytes)
  }
}

extension RowChange {
  func encode(to sink: inout some FieldSink) {
    key.encode(to: &sink)
    sink.uint(UInt64(effect.rawValue), .effect)
    sink.list(fields, .fieldCount) { sink, field in
      sink.uint(UInt64(field.tag), .tag)
      sink.optional(field.value, .flag) { $1.encode(to: &$0) }
    }
  }

  init(from source: inout some FieldSource) throws(WireError) {
    let key = try RowKey(from: &source)
    guard let effect = Effect(rawValue: try source.code(.effect)) else {
      throw .badValue("unknown effect")
    }
    let fields = try source.list(.fieldCount, limit: Fields.maximumFields) { source throws(WireError) in
      FieldChange(
        tag: try source.tag(),
        value: try source.optional(.flag) { source throws(WireError) in try FieldValue(from: &source) })
    }
    guard RowChange.isInTagOrder(fields) else { throw .badValue("tags out of order") }
    self.init(key: key, effect: effect, fields: fields)
  }

  /// One change by itself, as the hub's feed stores it.
  public var canonicalBytes: [UInt8] {
    var sink = RowSink()
    encode(to: &sink)
    return sink.bytes
  }

  public init(canonicalBytes: [UInt8]) throws(WireError) {
    var source = RowSource(canonicalBytes)
    try self.init(from: &source)
    try source.finish()
  }
}
