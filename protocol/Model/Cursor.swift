/// How far a store has read the hub's feed. Opaque to whoever holds it: `logEpoch.hubSeq.shape`.
public struct Cursor: Hashable, Sendable, Codable, CustomStringConvertible {
  /// Changes when a hub is restored from a backup, so that positions of the lost future are not mistaken.
  public let logEpoch: Int64
  public let position: HubSeq
  /// The partitions that were carried up to here.
  public let shape: [Partition]

  public init(logEpoch: Int64, position: HubSeq, shape: [Partition]) {
    self.logEpoch = logEpoch
    self.position = position
    self.shape = shape
  }

  public var description: String {
    ([String(logEpoch), String(position.number)] + shape.map(\.name)).joined(separator: ".")
  }

  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count >= 2, text.utf8.count <= 1_024, let epoch = Int64(parts[0]), let seq = UInt64(parts[1])
    else {
      return nil
    }
    self.init(logEpoch: epoch, position: HubSeq(seq), shape: parts.dropFirst(2).map { Partition($0) })
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let cursor = Cursor(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a cursor of this hub")
    }
    self = cursor
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
