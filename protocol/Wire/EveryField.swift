extension CodingUserInfoKey {
  /// Asks types to write what they leave out otherwise, because it is as it would be without it: a strict
  /// reader finds by this which fields a type knows.
  public static let everyField = CodingUserInfoKey(rawValue: "everyField")!
}

extension Encoder {
  public var writesEveryField: Bool { userInfo[.everyField] != nil }
}
