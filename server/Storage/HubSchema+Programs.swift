/// What is scarce, and what members do besides buying.
extension HubSchema {
  static let programs = """
    CREATE TABLE allowances (
      name TEXT PRIMARY KEY, total INTEGER NOT NULL, returned INTEGER NOT NULL DEFAULT 0,
      version INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE allowance_holdings (
      name TEXT NOT NULL, node INTEGER NOT NULL, granted INTEGER NOT NULL,
      used INTEGER NOT NULL CHECK (used <= granted),
      PRIMARY KEY (name, node)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE member_uses (
      member BLOB NOT NULL, name TEXT NOT NULL, day INTEGER NOT NULL, count INTEGER NOT NULL,
      PRIMARY KEY (member, name, day)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE memberships (
      sale BLOB NOT NULL, line INTEGER NOT NULL, member BLOB NOT NULL, business_ms INTEGER NOT NULL,
      level TEXT NOT NULL, months INTEGER, days INTEGER, quantity INTEGER NOT NULL,
      PRIMARY KEY (sale, line)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX memberships_by_member ON memberships (member);
    CREATE TABLE mall_orders (
      mall_order BLOB PRIMARY KEY, member BLOB NOT NULL, node INTEGER NOT NULL, item TEXT NOT NULL,
      quantity INTEGER NOT NULL, points INTEGER NOT NULL, money INTEGER NOT NULL,
      business_ms INTEGER NOT NULL, rulebook INTEGER NOT NULL, state TEXT NOT NULL, closed_ms INTEGER,
      stock INTEGER NOT NULL DEFAULT 0, actor TEXT, closed_by TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX mall_orders_by_member ON mall_orders (member);
    CREATE INDEX mall_orders_by_time ON mall_orders (business_ms, mall_order);
    CREATE TABLE participations (
      participation BLOB PRIMARY KEY, member BLOB NOT NULL, node INTEGER NOT NULL, activity TEXT NOT NULL,
      business_ms INTEGER NOT NULL, rulebook INTEGER NOT NULL, earned INTEGER NOT NULL,
      growth INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE prizes (
      prize_drawn BLOB PRIMARY KEY, member BLOB NOT NULL, node INTEGER NOT NULL, draw TEXT NOT NULL,
      business_ms INTEGER NOT NULL, rulebook INTEGER NOT NULL, seed INTEGER NOT NULL, prize TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE referral_effects (
      effect TEXT NOT NULL, number INTEGER NOT NULL, member BLOB NOT NULL, reward TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      PRIMARY KEY (effect, number)
    ) STRICT, WITHOUT ROWID;
    """
}
