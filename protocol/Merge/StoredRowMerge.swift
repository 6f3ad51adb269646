extension Fields {
  /// A stored row after a change, without opening the values that stay: what a replica does for every row of
  /// every page. Nil when the change removes the row.
  public static func applying(_ change: RowChange, toStored old: [UInt8]?) throws(WireError) -> [UInt8]? {
    switch change.effect {
    case .remove: return nil
    case .replace: return applying(change, to: nil)?.canonicalBytes
    case .update: break
    }
    guard let old else { return applying(change, to: nil)?.canonicalBytes }
    let kept = try parts(of: old)
    var sink = RowSink()
    sink.uint(UInt64(mergedCount(kept, change.fields)), .fieldCount)
    var position = 0
    for field in change.fields {
      while position < kept.count, kept[position].tag < field.tag {
        sink.copy(old[kept[position].range])
        position += 1
      }
      if position < kept.count, kept[position].tag == field.tag { position += 1 }
      if let value = field.value {
        sink.uint(UInt64(field.tag), .tag)
        value.encode(to: &sink)
      }
    }
    for part in kept[position...] { sink.copy(old[part.range]) }
    return sink.bytes
  }

  private struct Part {
    let tag: UInt32
    /// Tag and value.
    let range: Range<Int>
  }

  private static func parts(of stored: [UInt8]) throws(WireError) -> [Part] {
    var cursor = ByteCursor(stored)
    let count = try cursor.varint()
    guard count <= UInt64(maximumFields) else { throw .overLimit("fields") }
    var parts: [Part] = []
    parts.reserveCapacity(Int(count))
    for _ in 0..<count {
      let start = cursor.position
      guard let tag = UInt32(exactly: try cursor.varint()) else { throw .badValue("tag over 32 bits") }
      switch try cursor.varint() {
      case 0: _ = try cursor.varint()
      case 1, 2: _ = try cursor.takeCounted()
      default: throw .badValue("unknown kind of value")
      }
      parts.append(Part(tag: tag, range: start..<cursor.position))
    }
    guard cursor.remaining == 0 else { throw .trailingBytes }
    return parts
  }

  private static func mergedCount(_ kept: [Part], _ changes: [FieldChange]) -> Int {
    changes.reduce(kept.count) { count, field in
      let was = kept.contains { $0.tag == field.tag }
      return count + (field.value == nil ? 0 : 1) - (was ? 1 : 0)
    }
  }
}
