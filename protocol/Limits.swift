/// Every bound that both sides of the protocol rely on, with its unit and its reason.
/// A value outside its limit is refused where it enters, so the code behind never meets one.
public enum Limits {
  /// Bytes of one till request: a 500-line cart with long names; refused before it is parsed.
  public static let tillRequestBytes = 512 << 10
  /// Lines of one sale: the longest till roll anyone has shown us, twice over.
  public static let saleLines = 500
  /// Discounts that fall on one line: every coupon and promotion of the sale, its price, points and
  /// the till's own.
  public static let lineDiscounts = 64
  /// Coupons presented with one sale: what a cashier can scan while a queue waits.
  public static let saleCoupons = 20
  /// Tenders of one sale; a paper coupon tendered for a line counts as one.
  public static let saleTenders = 600
  /// Tenders of one sale as recorded: the till's own, and a part on every line for each voucher.
  public static let recordedTenders = saleTenders + saleCoupons * saleLines
  /// Characters of an identifier that the till chooses (sku, category, tender type, rule id).
  public static let tokenLength = 64
  /// Characters of a text a person wrote (names, register values).
  public static let textLength = 500
  /// Registers written by one enrolment or profile change.
  public static let registers = 64
  /// Minor units of one line: a billion yuan. 500 such lines stay far below Int64, so sums cannot overflow.
  public static let lineMinorUnits: Int64 = 100_000_000_000
  /// Thousandths of one line's quantity: ten million pieces or litres.
  public static let quantityMilli: Int64 = 10_000_000_000
  /// Points of one movement; 2^63 divided by this leaves room for nine billion movements a member.
  public static let movementPoints: Int64 = 1_000_000_000
  /// Milliseconds since 1970 of the first moment anything is said to have happened: the year 2000 began.
  public static let businessTimeMs: Int64 = 946_684_800_000
  /// Milliseconds that a till's clock may be ahead of its store's: another time zone, not another year.
  public static let businessLeadMs: Int64 = 86_400_000
  /// Rules of one kind that earn: more than anybody could explain to a customer.
  public static let earningRules = 200
  /// Thousandths of a line's net that one multiplier makes it weigh: tenfold points.
  public static let earningPermille: Int64 = 10_000
  /// Thousandths that all multipliers of a line come to: 500 lines at their limit, so weighed, fit Int64.
  public static let combinedPermille: Int64 = 50_000
  /// Segments that one rulebook's rules ask for: they travel with every sale.
  public static let saleSegments = 64
  /// Segments that one member is in: they travel with the account.
  public static let memberSegments = 64
  /// Of those, the ones a member is put in by hand: one more is for the class 会员分类.
  public static let namedSegments = memberSegments - 1
  /// Days that earned points may be pending: the longest time to return goods, many times over.
  public static let pendingDays = 365
  /// Days, months and years that points may last. Days are fewest: each is a lot of its own, and ten years
  /// of them stay below `lotsPerRow`.
  public static let expiryDays = 3_650
  public static let expiryMonths = 600
  public static let expiryYears = 50
  /// Lots one sale or return may draw on.
  public static let lotsPerEntry = 256
  /// Lots of one account or holding row: eleven years of somebody who earns every day.
  public static let lotsPerRow = 4_096
  /// Months of one account row: a hundred years.
  public static let accountMonths = 1_200
  /// Tiers given by hand that one account keeps: the latest of them.
  public static let tierFloors = 64
  /// Things of which one account counts the uses, the latest; what is counted beyond is no longer told.
  public static let useCounts = 512
  /// Lines that bought memberships, as one account keeps them, the latest.
  public static let memberships = 64
  /// Allowances that one entry or claim names beside points and coupons: a budget for each promotion of a
  /// sale, and its gifts.
  public static let entryAllowances = 64
  /// Allowances named in one release or claim.
  public static let releaseItems = 4_096
  /// Bytes of a cursor: it names every partition that a store carries.
  public static let cursorBytes = 8 << 10
  /// Entries of one push: about one megabyte, so a thin line makes progress in steps.
  public static let pushEntries = 500
  /// Bytes of one sync message before compression; decoding refuses to allocate beyond it.
  public static let messageBytes = 16 << 20
  /// Bytes of one journal entry in canonical form.
  public static let entryBytes = 256 << 10
  /// Bytes that the repeated texts of one message may come to when written out: what a full push of the
  /// largest entries needs.
  public static let expandedBytes = pushEntries * entryBytes
  /// Feed records one page may cover; a page ends at a hub transaction's end, so it may exceed this by one.
  public static let pageRecords = 20_000
  /// Coupons of one issue, which is one transaction and so one page.
  public static let issuedCoupons = 5_000
  /// Bytes of a coupon's terms or of a template's: they travel with every coupon.
  public static let termsBytes = 4 << 10
  /// Bytes of a rulebook's document.
  public static let rulebookBytes = 1 << 20
  /// Entries the hub applies in one transaction of its own: bounds how long a waiting store waits.
  public static let groupEntries = 2_000
  /// Milliseconds an agent may be ahead of the hub before its claims of time are cut to the hub's now.
  public static let clockLeadMs: Int64 = 300_000
  /// Milliseconds a long poll may hang; under every proxy's usual minute.
  public static let longPollMs: Int64 = 50_000
  /// Distinct texts a column remembers within one message.
  public static let columnDictionary = 65_536
  /// Marks that a prefix is to hold on average where two sides look for differences: 16 bytes each of a
  /// sketch in memory, and a hundredth of a second to make it.
  public static let sketchRows = 65_536
  /// Marks of one prefix that a side loads or lists. Hashes spread so evenly that no honest prefix of
  /// `sketchRows` comes near.
  public static let prefixMarks = 2 * sketchRows
  /// Symbols of one prefix: beyond half its marks the list of them is shorter.
  public static let sketchSymbols = prefixMarks / 2
  /// Prefixes that one request asks about and a search has in hand: 2 MB each at most.
  public static let sketchPrefixes = 16
  /// Hexadecimal digits of the prefixes whose digests are compared: 65,536 digests, good for four thousand
  /// million rows.
  public static let digestDepth = 4
  /// Bytes that the answer to one request of a search should come to, so that a thin line makes progress in
  /// steps; one prefix may take more.
  public static let differenceBytes = 1 << 20
  /// Bytes of rows in one chunk of a snapshot, before they are packed; cuts begin at a quarter of it.
  public static let chunkBytes = 8 << 20
  /// Milliseconds after which a snapshot is made anew for whoever asks.
  public static let snapshotAgeMs: Int64 = 86_400_000
  /// Rows beyond which a store loads a snapshot rather than reading the feed from its beginning.
  public static let snapshotRows: UInt64 = 20_000
  /// Positions of the feed that a search may lie behind the hub's head: each is looked at for every question.
  public static let differenceSpan = 100_000
  /// Rows that one request for rows names by their marks, and as many by their keys.
  public static let repairRows = 1_000
  /// Times that a prefix is begun again because the hub's rows changed meanwhile; then it is listed, in one
  /// answer.
  public static let sketchAttempts = 3
}
