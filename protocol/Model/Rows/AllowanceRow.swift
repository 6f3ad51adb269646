/// What one store holds of something scarce that is not points: pieces of a gift, minor units of a budget.
/// The key is the name in UTF-8.
public struct AllowanceRow: Hashable, Sendable {
  /// Both only grow, as a holding's of points.
  public var granted: Int64
  public var used: Int64

  public init(granted: Int64, used: Int64) {
    self.granted = granted
    self.used = used
  }

  public var held: Int64 { granted - used }

  public static func key(_ name: String) -> RowKey { RowKey(kind: .allowance, bytes: Array(name.utf8)) }

  public init(_ fields: Fields) {
    granted = fields.int(1) ?? 0
    used = fields.int(2) ?? 0
  }

  public var fields: Fields {
    Fields([Field(tag: 1, value: .int(granted)), Field(tag: 2, value: .int(used))])
  }
}
