/// What migrations compute with.
extension HubSchema {
  /// The sixty bits of a printed code, five to a letter; its thirteenth is the check character.
  static let codeBits = (1...12).map { place in
    "((instr('23456789ABCDEFGHJKLMNPQRSTUVWXYZ', substr(code, \(place), 1)) - 1 & 31) << \(60 - 5 * place))"
  }.joined(separator: " | ")

  /// Seconds that the chain's clock is ahead of UTC.
  static let clock = """
    SELECT 60 * coalesce(
      (SELECT document ->> '$.utcOffsetMinutes' FROM rulebooks ORDER BY version DESC LIMIT 1), 480) AS clock
    """
}
