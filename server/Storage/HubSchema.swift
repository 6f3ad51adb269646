import Storage

/// The hub's tables. Ids are 16-byte blobs, money minor units, times milliseconds, days counted from 1970.
enum HubSchema {
  static let migrations = [
    Migration(1, "the chain", chain), Migration(2, "members and points", members),
    Migration(3, "sales", sales), Migration(4, "rulebooks and coupons", coupons),
    Migration(5, "programs and allowances", programs), Migration(6, "the feed", feed),
    Migration(7, "the desk for exceptions", desk),
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
      revoked INTEGER NOT NULL DEFAULT 0,
      seen_ms INTEGER NOT NULL DEFAULT 0,
      position INTEGER NOT NULL DEFAULT 0,
      version TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE TABLE regions (region TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE node_regions (
      node INTEGER NOT NULL, region TEXT NOT NULL, PRIMARY KEY (node, region)
    ) STRICT, WITHOUT ROWID;
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
    """

  private static let feed = """
    CREATE TABLE partitions (
      partition INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
      count INTEGER NOT NULL, high INTEGER NOT NULL, low INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE projection (
      partition INTEGER NOT NULL, kind INTEGER NOT NULL, key BLOB NOT NULL, fields BLOB NOT NULL,
      mark INTEGER NOT NULL,
      PRIMARY KEY (partition, key, kind)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX projection_by_mark ON projection (partition, mark);
    CREATE TABLE feed (
      hub_seq INTEGER PRIMARY KEY, partition INTEGER NOT NULL, change BLOB NOT NULL, before INTEGER,
      after INTEGER
    ) STRICT;
    CREATE INDEX feed_by_partition ON feed (partition, hub_seq);
    CREATE TABLE pending (
      id INTEGER PRIMARY KEY, xact INTEGER NOT NULL, at_ms INTEGER NOT NULL, partition INTEGER NOT NULL,
      change BLOB NOT NULL, before BLOB, after BLOB
    ) STRICT;
    CREATE TABLE transactions (
      hub_seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, bytes INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE digests (
      partition INTEGER NOT NULL, hub_seq INTEGER NOT NULL,
      count INTEGER NOT NULL, high INTEGER NOT NULL, low INTEGER NOT NULL,
      PRIMARY KEY (partition, hub_seq)
    ) STRICT, WITHOUT ROWID;
    """
}
