import SyncProtocol

/// Whether two persons who claim one phone or card may be one (law I3).
public enum PersonRule {
  /// The field in which they differ, each given by the registers of all its records; nil where nothing speaks
  /// against it. Two people may share a phone: different names or birthdays are for a person to decide.
  public static func difference(
    _ first: [[String: StampedValue]], _ second: [[String: StampedValue]]
  ) -> String? {
    [Register.nameField, Register.birthdayField].first { field in
      guard let one = latest(field, of: first), let other = latest(field, of: second) else { return false }
      return one != other
    }
  }

  /// What was written last, on whichever record; what was taken away says nothing.
  private static func latest(_ field: String, of records: [[String: StampedValue]]) -> String? {
    var latest: StampedValue?
    for value in records.compactMap({ $0[field] }) where value.value != nil {
      if latest.map({ value.wins(over: $0) }) ?? true { latest = value }
    }
    return latest?.value
  }
}
