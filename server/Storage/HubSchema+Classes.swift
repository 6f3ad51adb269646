/// Who is new, potential, loyal or dormant.
extension HubSchema {
  /// The class of people who have one, under their standing record.
  static let classes = """
    CREATE TABLE member_classes (
      member BLOB PRIMARY KEY, class TEXT NOT NULL, since_day INTEGER NOT NULL, previous TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX member_classes_by_class ON member_classes (class, member);
    """
}
