/// Bounds of the loyalty programs beside purchases.
public enum ProgramLimits {
  /// Items of the points mall, activities, prize draws and membership products, each: what fits on a page.
  public static let listed = 500
  /// Pieces of one mall order: what one person carries away.
  public static let mallPieces: Int64 = 1_000
  /// Pieces of an item or a prize in the whole chain; sums of allowances stay far below Int64.
  public static let stock: Int64 = 1_000_000_000
  /// How often one member may do or have one thing, where that is limited.
  public static let times = 1_000_000
  /// Bonuses of one streak, and the days of the longest: a year of coming every day.
  public static let streakBonuses = 50
  public static let streakDays = 366
  /// Days a referral may wait for its first purchase, and days until its rewards are given.
  public static let referralDays = 365
  /// Days a birthday gift may come before the birthday: a month, so that it is about this birthday.
  public static let birthdayDays = 31
  /// Days after the birthday on which it is still given: a run that was missed over a long holiday.
  public static let lateGiftDays = 7
  /// The longest term of a paid membership: ten years, in months and in days.
  public static let membershipMonths = 120
  public static let membershipDays = 3_660
  /// Terms that one line of a sale buys: more is taken for a slip of the hand, and not counted.
  public static let membershipUnits: Int64 = 100
  /// Prizes of one draw; the weight of one, so that no sum of them overflows.
  public static let prizes = 100
  public static let prizeWeight: Int64 = 1_000_000_000
}
