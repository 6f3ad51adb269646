extension Fields {
  /// What turns `old` into `new`; nil when they are equal. Nil fields stand for a row that is not there.
  public static func change(_ key: RowKey, from old: Fields?, to new: Fields?) -> RowChange? {
    guard let new else { return old == nil ? nil : RowChange(key: key, effect: .remove, fields: []) }
    let before = old ?? Fields()
    var fields = new.pairs.filter { before[$0.tag] != $0.value }.map {
      FieldChange(tag: $0.tag, value: $0.value)
    }
    fields += before.pairs.filter { new[$0.tag] == nil }.map { FieldChange(tag: $0.tag, value: nil) }
    if fields.isEmpty, old != nil { return nil }
    return RowChange(key: key, fields: fields.sorted { $0.tag < $1.tag })
  }

  /// The row after a change; nil when the change removes it.
  public static func applying(_ change: RowChange, to old: Fields?) -> Fields? {
    if change.effect == .remove { return nil }
    var fields = change.effect == .replace ? Fields() : old ?? Fields()
    for field in change.fields { fields[field.tag] = field.value }
    return fields
  }
}

extension RowChange {
  /// The row is to be exactly these fields.
  public init(replacing key: RowKey, with fields: Fields) {
    self.init(
      key: key, effect: .replace, fields: fields.pairs.map { FieldChange(tag: $0.tag, value: $0.value) })
  }

  /// One change with the effect of this one and then `later`: what a page carries for a row that
  /// changed twice.
  public func followed(by later: RowChange) -> RowChange {
    precondition(key == later.key, "only changes of one row follow each other")
    if later.effect != .update { return later }
    if effect == .remove {
      return RowChange(key: key, effect: .replace, fields: later.fields.filter { $0.value != nil })
    }
    return RowChange(key: key, effect: effect, fields: RowChange.merged(fields, later.fields))
  }

  /// Both in tag order; of two for one tag the later stands.
  private static func merged(_ earlier: [FieldChange], _ later: [FieldChange]) -> [FieldChange] {
    var rest = earlier[...]
    var merged: [FieldChange] = []
    merged.reserveCapacity(earlier.count + later.count)
    for field in later {
      while let first = rest.first, first.tag < field.tag { merged.append(rest.removeFirst()) }
      if rest.first?.tag == field.tag { rest.removeFirst() }
      merged.append(field)
    }
    return merged + rest
  }
}
