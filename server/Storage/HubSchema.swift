import Storage

/// The hub's tables. Ids are 16-byte blobs, money minor units, times milliseconds, days counted from 1970.
enum HubSchema {
  static let migrations = [
    Migration(1, "chain", chain), Migration(2, "members and points", members), Migration(3, "sales", sales),
    Migration(4, "coupons and rulebooks", coupons), Migration(5, "feed", feed),
    Migration(6, "prices worked out again", prices), Migration(7, "tiers by month", months),
    Migration(8, "the coupon desk", couponDesk), Migration(9, "work that failed", unfinished),
    Migration(10, "segments", segments), Migration(11, "orders that headquarters takes", orders),
    Migration(12, "points spent beyond what was held", overspends),
    Migration(13, "classes of members", classes),
  ]

  private static let chain = """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE users (name TEXT PRIMARY KEY, token_hash BLOB NOT NULL UNIQUE, role TEXT NOT NULL) STRICT;
    CREATE TABLE nodes (
      node INTEGER PRIMARY KEY,
      store TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      region TEXT NOT NULL,
      token_hash BLOB NOT NULL UNIQUE,
      epoch INTEGER NOT NULL DEFAULT 1,
      received INTEGER NOT NULL DEFAULT 0,
      chain_hash BLOB NOT NULL,
      clock_lead_ms INTEGER NOT NULL DEFAULT 0,
      revoked INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE TABLE batches (
      node INTEGER NOT NULL, epoch INTEGER NOT NULL, first_seq INTEGER NOT NULL, last_seq INTEGER NOT NULL,
      received_ms INTEGER NOT NULL, message BLOB NOT NULL,
      PRIMARY KEY (node, epoch, first_seq, last_seq)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE results (
      node INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, outcome INTEGER NOT NULL,
      reason TEXT NOT NULL,
      PRIMARY KEY (node, epoch, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE quarantine (
      node INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, member BLOB, reason TEXT NOT NULL,
      entry BLOB NOT NULL,
      PRIMARY KEY (node, epoch, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX quarantine_by_member ON quarantine (node, member);
    """

  private static let members = """
    CREATE TABLE members (
      member BLOB PRIMARY KEY,
      home INTEGER NOT NULL,
      enrolled_time INTEGER NOT NULL,
      enrolled_ms INTEGER NOT NULL,
      channel TEXT NOT NULL,
      verified INTEGER NOT NULL DEFAULT 0,
      alias_of BLOB,
      code BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX members_by_alias ON members (alias_of) WHERE alias_of IS NOT NULL;
    CREATE INDEX members_by_code ON members (code);
    CREATE TABLE registers (
      member BLOB NOT NULL, field TEXT NOT NULL, value TEXT, time INTEGER NOT NULL, node INTEGER NOT NULL,
      PRIMARY KEY (member, field)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE conflicts (
      member BLOB NOT NULL, field TEXT NOT NULL, time INTEGER NOT NULL, node INTEGER NOT NULL, value TEXT,
      kept TEXT, kept_time INTEGER NOT NULL, kept_node INTEGER NOT NULL,
      PRIMARY KEY (member, field, time, node)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE claims (
      kind TEXT NOT NULL, value BLOB NOT NULL, member BLOB NOT NULL, PRIMARY KEY (kind, value)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE aliases (
      loser BLOB PRIMARY KEY, winner BLOB NOT NULL, reason TEXT NOT NULL, at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE duplicates (
      first BLOB NOT NULL, second BLOB NOT NULL, reason TEXT NOT NULL, at_ms INTEGER NOT NULL, decision TEXT,
      PRIMARY KEY (first, second)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE accounts (
      member BLOB PRIMARY KEY, debt INTEGER NOT NULL DEFAULT 0, last_store INTEGER NOT NULL,
      last_visit_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE spend (
      member BLOB NOT NULL, year INTEGER NOT NULL, net INTEGER NOT NULL, PRIMARY KEY (member, year)
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
    """

  private static let sales = """
    CREATE TABLE sales (
      sale_no INTEGER PRIMARY KEY,
      sale BLOB NOT NULL UNIQUE,
      node INTEGER NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
      member BLOB, phone_key BLOB,
      business_ms INTEGER NOT NULL, time INTEGER NOT NULL, rulebook INTEGER NOT NULL,
      gross INTEGER NOT NULL, net INTEGER NOT NULL, earned INTEGER NOT NULL, spent INTEGER NOT NULL,
      earned_expires_on INTEGER NOT NULL, earned_available_from INTEGER NOT NULL,
      balance INTEGER, offline INTEGER NOT NULL, outcomes TEXT
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
      debt INTEGER NOT NULL
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
    """

  private static let coupons = """
    CREATE TABLE rulebooks (
      version INTEGER PRIMARY KEY, effective_ms INTEGER NOT NULL, published_ms INTEGER NOT NULL,
      document BLOB NOT NULL
    ) STRICT;
    CREATE TABLE coupon_templates (
      template TEXT PRIMARY KEY, terms BLOB NOT NULL, created_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE coupons (
      coupon BLOB PRIMARY KEY, code TEXT NOT NULL UNIQUE, template TEXT NOT NULL, member BLOB NOT NULL,
      terms BLOB NOT NULL, state INTEGER NOT NULL, holder INTEGER NOT NULL, issued_ms INTEGER NOT NULL,
      bound_to INTEGER, sale BLOB, node INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX coupons_by_member ON coupons (member);
    CREATE TABLE double_redemptions (
      coupon BLOB NOT NULL, sale BLOB NOT NULL, node INTEGER NOT NULL, at_ms INTEGER NOT NULL,
      worth INTEGER NOT NULL,
      PRIMARY KEY (coupon, sale)
    ) STRICT, WITHOUT ROWID;
    """

  private static let feed = """
    CREATE TABLE partitions (
      partition INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
      count INTEGER NOT NULL, high INTEGER NOT NULL, low INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE projection (
      partition INTEGER NOT NULL, kind INTEGER NOT NULL, key BLOB NOT NULL, fields BLOB NOT NULL,
      PRIMARY KEY (partition, kind, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE feed (hub_seq INTEGER PRIMARY KEY, partition INTEGER NOT NULL, change BLOB NOT NULL) STRICT;
    CREATE INDEX feed_by_partition ON feed (partition, hub_seq);
    CREATE TABLE transactions (
      hub_seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, bytes INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE digests (
      partition INTEGER NOT NULL, hub_seq INTEGER NOT NULL,
      count INTEGER NOT NULL, high INTEGER NOT NULL, low INTEGER NOT NULL,
      PRIMARY KEY (partition, hub_seq)
    ) STRICT, WITHOUT ROWID;
    """

  private static let prices = """
    CREATE TABLE price_differences (
      sale_no INTEGER NOT NULL REFERENCES sales (sale_no), part INTEGER NOT NULL, figure TEXT NOT NULL,
      line INTEGER, receipt INTEGER NOT NULL, expected INTEGER NOT NULL,
      PRIMARY KEY (sale_no, part)
    ) STRICT, WITHOUT ROWID;
    """

  /// Months take the place of years; what older sales came to is summed again, by the newest rulebook's
  /// clock.
  private static let months = """
    ALTER TABLE sales ADD COLUMN growth INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE returns ADD COLUMN growth INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE returns ADD COLUMN loss INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE months (
      member BLOB NOT NULL, month INTEGER NOT NULL, spend INTEGER NOT NULL, gross_spend INTEGER NOT NULL,
      count INTEGER NOT NULL, growth INTEGER NOT NULL,
      PRIMARY KEY (member, month)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO months (member, month, spend, gross_spend, count, growth)
    SELECT member, strftime('%Y', day) * 12 + strftime('%m', day) - 1, sum(net), sum(gross_net), sum(sold), 0
    FROM (
      SELECT member, datetime(business_ms / 1000 + clock, 'unixepoch') AS day, net, net AS gross_net,
        1 AS sold
      FROM sales, (\(clock)) WHERE member IS NOT NULL
      UNION ALL
      SELECT sales.member, datetime(returns.business_ms / 1000 + clock, 'unixepoch'), -returns.net,
        -returns.net * is_void, -is_void
      FROM returns JOIN sales USING (sale_no), (\(clock)) WHERE sales.member IS NOT NULL
    ) GROUP BY 1, 2;
    DROP TABLE spend;
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
    ALTER TABLE sales ADD COLUMN context TEXT;
    ALTER TABLE members ADD COLUMN referrer BLOB;
    CREATE TABLE sale_gifts (
      sale_no INTEGER NOT NULL, part INTEGER NOT NULL, rule TEXT NOT NULL, sku TEXT NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (sale_no, part)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE allowances (
      name TEXT PRIMARY KEY, total INTEGER NOT NULL, returned INTEGER NOT NULL DEFAULT 0
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
      business_ms INTEGER NOT NULL, rulebook INTEGER NOT NULL, state TEXT NOT NULL, closed_ms INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX mall_orders_by_member ON mall_orders (member);
    CREATE TABLE participations (
      participation BLOB PRIMARY KEY, member BLOB NOT NULL, node INTEGER NOT NULL, activity TEXT NOT NULL,
      business_ms INTEGER NOT NULL, rulebook INTEGER NOT NULL, earned INTEGER NOT NULL,
      growth INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE prizes (
      prize_drawn BLOB PRIMARY KEY, member BLOB NOT NULL, node INTEGER NOT NULL, draw TEXT NOT NULL,
      business_ms INTEGER NOT NULL, rulebook INTEGER NOT NULL, seed INTEGER NOT NULL, prize TEXT
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
    CREATE TABLE referral_effects (
      effect TEXT NOT NULL, number INTEGER NOT NULL, member BLOB NOT NULL, reward TEXT NOT NULL,
      at_ms INTEGER NOT NULL,
      PRIMARY KEY (effect, number)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX check_ins_by_member ON check_ins (member, business_ms);
    CREATE TABLE benefits_given (
      member BLOB NOT NULL, benefit TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY (member, benefit)
    ) STRICT, WITHOUT ROWID;
    """

  /// Templates with limits and a state, issues to many, codes to claim, and what happened to each coupon.
  /// What is there stays as it was: templates are active without limits, coupons have the history that their
  /// columns tell.
  private static let couponDesk = """
    ALTER TABLE coupon_templates ADD COLUMN state TEXT NOT NULL DEFAULT 'active';
    ALTER TABLE coupon_templates ADD COLUMN stock INTEGER;
    ALTER TABLE coupon_templates ADD COLUMN per_member INTEGER;
    ALTER TABLE coupon_templates ADD COLUMN valid_days INTEGER;
    ALTER TABLE coupon_templates ADD COLUMN transferable INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE coupon_templates ADD COLUMN issued INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE coupons ADD COLUMN ended TEXT;
    ALTER TABLE coupons ADD COLUMN expires_ms INTEGER;
    ALTER TABLE coupons ADD COLUMN issue INTEGER;
    ALTER TABLE coupons ADD COLUMN origin BLOB;
    ALTER TABLE coupons ADD COLUMN stays INTEGER NOT NULL DEFAULT 0;
    UPDATE coupons SET expires_ms = CAST(round(
      (julianday(CAST(terms AS TEXT) ->> '$.expiresAt') - 2440587.5) * 86400000.0) AS INTEGER);
    CREATE INDEX coupons_by_template ON coupons (template, state, ended);
    CREATE INDEX coupons_by_expiry ON coupons (expires_ms) WHERE state = 0 AND ended IS NULL;
    CREATE INDEX coupons_by_issue ON coupons (issue) WHERE issue IS NOT NULL;
    UPDATE coupon_templates
    SET issued = (SELECT count(*) FROM coupons WHERE coupons.template = coupon_templates.template);
    CREATE TABLE coupon_events (
      coupon BLOB NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, at_ms INTEGER NOT NULL, node INTEGER,
      sale BLOB, member BLOB, actor TEXT, reason TEXT,
      PRIMARY KEY (coupon, number)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO coupon_events (coupon, number, kind, at_ms, member)
      SELECT coupon, 1, 'issued', issued_ms, member FROM coupons;
    INSERT INTO coupon_events (coupon, number, kind, at_ms, node, sale)
      SELECT coupon, 2, 'redeemed', coalesce(business_ms, issued_ms), coupons.node, coupons.sale
      FROM coupons LEFT JOIN sales USING (sale) WHERE coupons.state = 1;
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
    INSERT OR IGNORE INTO coupon_codes (code, state) SELECT \(codeBits), 1 FROM coupons;
    """

  /// Exceptions name what a member's records could not be brought to.
  private static let unfinished = """
    CREATE TABLE unfinished_work (
      member BLOB PRIMARY KEY, reason TEXT NOT NULL, at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  private static let segments = """
    CREATE TABLE segment_members (
      segment TEXT NOT NULL, member BLOB NOT NULL, actor TEXT NOT NULL, at_ms INTEGER NOT NULL,
      PRIMARY KEY (segment, member)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX segment_members_by_member ON segment_members (member);
    """

  /// Orders of headquarters' own, and lists of all of them.
  private static let orders = """
    ALTER TABLE mall_orders ADD COLUMN stock INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE mall_orders ADD COLUMN actor TEXT;
    ALTER TABLE mall_orders ADD COLUMN closed_by TEXT;
    CREATE INDEX mall_orders_by_time ON mall_orders (business_ms, mall_order);
    """

  /// What stores spent of a member's beyond what they held; it is owed.
  private static let overspends = """
    CREATE TABLE overspends (
      cause BLOB PRIMARY KEY, node INTEGER NOT NULL, seq INTEGER NOT NULL, member BLOB NOT NULL,
      points INTEGER NOT NULL, at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
}
