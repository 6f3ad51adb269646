extension Int64 {
  /// An amount in minor units (分, cents) as people write it: `1,234` becomes `12.34`.
  public var asMoney: String {
    let (whole, fraction) = (magnitude / 100, magnitude % 100)
    return "\(self < 0 ? "-" : "")\(whole).\(fraction < 10 ? "0" : "")\(fraction)"
  }
}
