/// One described thing of a member: a field's name and value. The last writer wins, per field.
public struct Register: Hashable, Sendable, Codable {
  public let name: String
  /// Nil takes the value away.
  public let value: String?

  public init(name: String, value: String?) {
    self.name = name
    self.value = value
  }

  public static let nameField = "name"
  public static let phoneField = "phone"
  public static let cardField = "card"
  public static let birthdayField = "birthday"
}

/// A register's value together with who wrote it when.
public struct StampedValue: Hashable, Sendable, Codable {
  public let value: String?
  public let time: HybridTime
  public let node: NodeID

  public init(value: String?, time: HybridTime, node: NodeID) {
    self.value = value
    self.time = time
    self.node = node
  }

  /// Last writer wins; the node number breaks a tie. Commutes, associates and repeats without effect: also
  /// where a cloned disk wrote two values under one stamp, of which the greater stands.
  public func wins(over other: StampedValue) -> Bool {
    if (time, node) != (other.time, other.node) { return (time, node) > (other.time, other.node) }
    guard let value, let beaten = other.value else { return value != nil && other.value == nil }
    return beaten.utf8.lexicographicallyPrecedes(value.utf8)
  }
}
