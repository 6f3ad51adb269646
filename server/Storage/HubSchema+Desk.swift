/// What sync could not settle by itself, and what people of headquarters did about it. Numbers are given in
/// the order in which rows come; no row is ever deleted.
extension HubSchema {
  static let desk = """
    CREATE TABLE audit (
      number INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL,
      kind TEXT NOT NULL, subject TEXT NOT NULL, before TEXT, after TEXT, reason TEXT NOT NULL
    ) STRICT;
    CREATE INDEX audit_by_subject ON audit (kind, subject);
    CREATE INDEX audit_by_time ON audit (at_ms);
    CREATE TABLE quarantine (
      number INTEGER PRIMARY KEY, node INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
      member BLOB, reason TEXT NOT NULL, entry BLOB NOT NULL, at_ms INTEGER NOT NULL,
      state TEXT NOT NULL DEFAULT 'waiting', decided_ms INTEGER, actor TEXT, note TEXT,
      UNIQUE (node, epoch, seq)
    ) STRICT;
    CREATE INDEX quarantine_waiting ON quarantine (node, member) WHERE state = 'waiting';
    CREATE TABLE conflicts (
      number INTEGER PRIMARY KEY, member BLOB NOT NULL, field TEXT NOT NULL, time INTEGER NOT NULL,
      node INTEGER NOT NULL, value TEXT, kept TEXT, kept_time INTEGER NOT NULL, kept_node INTEGER NOT NULL,
      at_ms INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'open', decided_ms INTEGER, actor TEXT, note TEXT,
      UNIQUE (member, field, time, node)
    ) STRICT;
    CREATE INDEX conflicts_open ON conflicts (number) WHERE state = 'open';
    CREATE TABLE duplicates (
      number INTEGER PRIMARY KEY, first BLOB NOT NULL, second BLOB NOT NULL, reason TEXT NOT NULL,
      at_ms INTEGER NOT NULL, state TEXT NOT NULL DEFAULT 'open', decided_ms INTEGER, actor TEXT, note TEXT,
      UNIQUE (first, second)
    ) STRICT;
    CREATE INDEX duplicates_by_second ON duplicates (second);
    """
}
