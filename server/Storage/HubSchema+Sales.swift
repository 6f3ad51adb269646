/// Sales and returns, as facts.
extension HubSchema {
  static let sales = """
    CREATE TABLE sales (
      sale_no INTEGER PRIMARY KEY,
      sale BLOB NOT NULL UNIQUE,
      node INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
      member BLOB, phone_key BLOB,
      business_ms INTEGER NOT NULL, time INTEGER NOT NULL, rulebook INTEGER NOT NULL,
      gross INTEGER NOT NULL, net INTEGER NOT NULL, earned INTEGER NOT NULL, spent INTEGER NOT NULL,
      earned_expires_on INTEGER NOT NULL, earned_available_from INTEGER NOT NULL,
      balance INTEGER, offline INTEGER NOT NULL, outcomes TEXT,
      growth INTEGER NOT NULL DEFAULT 0, context TEXT
    ) STRICT;
    CREATE INDEX sales_by_member ON sales (member, business_ms);
    CREATE INDEX sales_waiting ON sales (phone_key) WHERE member IS NULL AND phone_key IS NOT NULL;
    CREATE TABLE sale_lines (
      sale_no INTEGER NOT NULL, line INTEGER NOT NULL, sku TEXT NOT NULL, name TEXT, category TEXT,
      quantity INTEGER NOT NULL, gross INTEGER NOT NULL, net INTEGER NOT NULL,
      PRIMARY KEY (sale_no, line)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE sale_discounts (
      sale_no INTEGER NOT NULL, line INTEGER NOT NULL, part INTEGER NOT NULL, kind TEXT NOT NULL,
      source TEXT NOT NULL,
      amount INTEGER NOT NULL,
      PRIMARY KEY (sale_no, line, part)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE sale_tenders (
      sale_no INTEGER NOT NULL, part INTEGER NOT NULL, type TEXT NOT NULL, amount INTEGER NOT NULL,
      line INTEGER,
      coupon BLOB,
      PRIMARY KEY (sale_no, part)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE returns (
      sale_return BLOB PRIMARY KEY, sale_no INTEGER NOT NULL, node INTEGER NOT NULL, epoch INTEGER NOT NULL,
      seq INTEGER NOT NULL, member BLOB, is_void INTEGER NOT NULL, business_ms INTEGER NOT NULL,
      net INTEGER NOT NULL, refund INTEGER NOT NULL, restored INTEGER NOT NULL, clawed_back INTEGER NOT NULL,
      debt INTEGER NOT NULL, loss INTEGER NOT NULL DEFAULT 0, growth INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX returns_by_sale ON returns (sale_no);
    CREATE TABLE return_lines (
      sale_return BLOB NOT NULL, line INTEGER NOT NULL, quantity INTEGER NOT NULL,
      PRIMARY KEY (sale_return, line)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE check_ins (
      check_in BLOB PRIMARY KEY, member BLOB NOT NULL, node INTEGER NOT NULL, business_ms INTEGER NOT NULL,
      earned INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE sale_gifts (
      sale_no INTEGER NOT NULL, part INTEGER NOT NULL, rule TEXT NOT NULL, sku TEXT NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (sale_no, part)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE waiting_returns (
      sale BLOB NOT NULL, node INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
      entry BLOB NOT NULL,
      PRIMARY KEY (sale, node, epoch, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE refund_differences (
      sale_return BLOB PRIMARY KEY, node INTEGER NOT NULL, seq INTEGER NOT NULL, refund INTEGER NOT NULL,
      expected INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE price_differences (
      sale_no INTEGER NOT NULL REFERENCES sales (sale_no), part INTEGER NOT NULL, figure TEXT NOT NULL,
      line INTEGER, receipt INTEGER NOT NULL, expected INTEGER NOT NULL,
      PRIMARY KEY (sale_no, part)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX check_ins_by_member ON check_ins (member, business_ms);
    """
}
