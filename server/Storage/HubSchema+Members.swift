/// Members, what they are called, and their points.
extension HubSchema {
  static let members = """
    CREATE TABLE members (
      member BLOB PRIMARY KEY,
      home INTEGER NOT NULL,
      region TEXT NOT NULL,
      enrolled_time INTEGER NOT NULL,
      enrolled_ms INTEGER NOT NULL,
      channel TEXT NOT NULL,
      verified INTEGER NOT NULL DEFAULT 0,
      alias_of BLOB,
      code BLOB NOT NULL,
      referrer BLOB,
      version INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX members_by_alias ON members (alias_of) WHERE alias_of IS NOT NULL;
    CREATE INDEX members_by_code ON members (code);
    CREATE INDEX members_by_home ON members (home, region);
    CREATE TABLE phones (phone_key BLOB PRIMARY KEY, version INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE visitors (
      member BLOB NOT NULL, node INTEGER NOT NULL, until_ms INTEGER NOT NULL, PRIMARY KEY (member, node)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX visitors_by_end ON visitors (until_ms);
    CREATE TABLE registers (
      member BLOB NOT NULL, field TEXT NOT NULL, value TEXT, time INTEGER NOT NULL, node INTEGER NOT NULL,
      PRIMARY KEY (member, field)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX registers_by_name ON registers (value, member) WHERE field = 'name';
    CREATE TABLE claims (
      kind TEXT NOT NULL, value BLOB NOT NULL, member BLOB NOT NULL, PRIMARY KEY (kind, value)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE aliases (
      loser BLOB PRIMARY KEY, winner BLOB NOT NULL, reason TEXT NOT NULL, at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE accounts (
      member BLOB PRIMARY KEY, debt INTEGER NOT NULL DEFAULT 0, last_store INTEGER NOT NULL,
      last_visit_ms INTEGER NOT NULL, own_store INTEGER NOT NULL, own_visit_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE lots (
      member BLOB NOT NULL, expires_on INTEGER NOT NULL, available_from INTEGER NOT NULL,
      added INTEGER NOT NULL, used INTEGER NOT NULL CHECK (used >= 0 AND used <= added),
      PRIMARY KEY (member, expires_on, available_from)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE holdings (
      member BLOB NOT NULL, expires_on INTEGER NOT NULL, available_from INTEGER NOT NULL,
      node INTEGER NOT NULL,
      granted INTEGER NOT NULL, used INTEGER NOT NULL CHECK (used >= 0 AND used <= granted),
      PRIMARY KEY (member, expires_on, available_from, node)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE movements (
      member BLOB NOT NULL, node INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
      part INTEGER NOT NULL,
      kind TEXT NOT NULL, expires_on INTEGER NOT NULL, available_from INTEGER NOT NULL,
      points INTEGER NOT NULL, debt INTEGER NOT NULL, business_ms INTEGER NOT NULL, rulebook INTEGER NOT NULL,
      cause BLOB,
      PRIMARY KEY (member, node, epoch, seq, part)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE months (
      member BLOB NOT NULL, month INTEGER NOT NULL, spend INTEGER NOT NULL, gross_spend INTEGER NOT NULL,
      count INTEGER NOT NULL, growth INTEGER NOT NULL,
      PRIMARY KEY (member, month)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE day_earned (
      member BLOB NOT NULL, day INTEGER NOT NULL, points INTEGER NOT NULL, PRIMARY KEY (member, day)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tier_overrides (
      override BLOB PRIMARY KEY, member BLOB NOT NULL, level TEXT NOT NULL, from_day INTEGER NOT NULL,
      until_day INTEGER NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL, at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX tier_overrides_by_member ON tier_overrides (member);
    CREATE TABLE tier_changes (
      member BLOB NOT NULL, number INTEGER NOT NULL, day INTEGER NOT NULL, from_level TEXT, to_level TEXT,
      is_rise INTEGER NOT NULL, why TEXT NOT NULL, at_ms INTEGER NOT NULL,
      PRIMARY KEY (member, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE decisions (
      decision BLOB PRIMARY KEY, kind TEXT NOT NULL, member BLOB NOT NULL, other BLOB,
      points INTEGER NOT NULL, reason TEXT NOT NULL, actor TEXT NOT NULL, at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE notices (
      member BLOB NOT NULL, kind TEXT NOT NULL, expires_on INTEGER NOT NULL, days_before INTEGER NOT NULL,
      points INTEGER NOT NULL, day INTEGER NOT NULL, at_ms INTEGER NOT NULL,
      PRIMARY KEY (member, kind, expires_on, days_before)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE benefits_given (
      member BLOB NOT NULL, benefit TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (member, benefit)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE unfinished_work (
      member BLOB PRIMARY KEY, reason TEXT NOT NULL, at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE segment_members (
      segment TEXT NOT NULL, member BLOB NOT NULL, actor TEXT NOT NULL, at_ms INTEGER NOT NULL,
      PRIMARY KEY (segment, member)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX segment_members_by_member ON segment_members (member);
    CREATE TABLE member_classes (
      member BLOB PRIMARY KEY, class TEXT NOT NULL, since_day INTEGER NOT NULL, previous TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX member_classes_by_class ON member_classes (class, member);
    CREATE TABLE overspends (
      cause BLOB PRIMARY KEY, node INTEGER NOT NULL, seq INTEGER NOT NULL, member BLOB NOT NULL,
      points INTEGER NOT NULL, at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
}
