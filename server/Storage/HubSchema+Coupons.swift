/// Rulebooks, and the coupon desk.
extension HubSchema {
  static let coupons = """
    CREATE TABLE rulebooks (
      version INTEGER PRIMARY KEY, effective_ms INTEGER NOT NULL, published_ms INTEGER NOT NULL,
      document BLOB NOT NULL
    ) STRICT;
    CREATE TABLE coupon_templates (
      template TEXT PRIMARY KEY, terms BLOB NOT NULL, created_ms INTEGER NOT NULL,
      state TEXT NOT NULL DEFAULT 'active', stock INTEGER, per_member INTEGER, valid_days INTEGER,
      transferable INTEGER NOT NULL DEFAULT 0, issued INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE coupons (
      coupon BLOB PRIMARY KEY, code TEXT NOT NULL UNIQUE, template TEXT NOT NULL, member BLOB NOT NULL,
      terms BLOB NOT NULL, state INTEGER NOT NULL, holder INTEGER NOT NULL, issued_ms INTEGER NOT NULL,
      bound_to INTEGER, sale BLOB, node INTEGER, ended TEXT, expires_ms INTEGER, issue INTEGER, origin BLOB,
      stays INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX coupons_by_member ON coupons (member);
    CREATE TABLE double_redemptions (
      coupon BLOB NOT NULL, sale BLOB NOT NULL, node INTEGER NOT NULL, at_ms INTEGER NOT NULL,
      worth INTEGER NOT NULL,
      PRIMARY KEY (coupon, sale)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX coupons_by_template ON coupons (template, state, ended);
    CREATE INDEX coupons_by_expiry ON coupons (expires_ms) WHERE state = 0 AND ended IS NULL;
    CREATE INDEX coupons_by_issue ON coupons (issue) WHERE issue IS NOT NULL;
    CREATE TABLE coupon_events (
      coupon BLOB NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, at_ms INTEGER NOT NULL, node INTEGER,
      sale BLOB, member BLOB, actor TEXT, reason TEXT,
      PRIMARY KEY (coupon, number)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE coupon_issues (
      number INTEGER PRIMARY KEY, issue BLOB NOT NULL UNIQUE, digest BLOB NOT NULL, template TEXT NOT NULL,
      audience TEXT NOT NULL, tier TEXT, bound_to INTEGER, actor TEXT NOT NULL, state TEXT NOT NULL,
      stopped TEXT, total INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0,
      failed INTEGER NOT NULL DEFAULT 0, after BLOB, claimed INTEGER NOT NULL DEFAULT 0,
      withdrawn INTEGER NOT NULL DEFAULT 0, voided INTEGER NOT NULL DEFAULT 0,
      created_ms INTEGER NOT NULL, finished_ms INTEGER
    ) STRICT;
    CREATE INDEX coupon_issues_by_template ON coupon_issues (template);
    CREATE INDEX coupon_issues_running ON coupon_issues (number) WHERE state = 'running';
    CREATE TABLE coupon_issue_members (
      issue INTEGER NOT NULL, position INTEGER NOT NULL, member BLOB NOT NULL, PRIMARY KEY (issue, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE coupon_issue_failures (
      issue INTEGER NOT NULL, position INTEGER NOT NULL, member BLOB NOT NULL, code TEXT NOT NULL,
      PRIMARY KEY (issue, position)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE coupon_codes (
      code INTEGER PRIMARY KEY, issue INTEGER, state INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    """
}
