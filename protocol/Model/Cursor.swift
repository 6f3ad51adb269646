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
    ([String(logEpoch), String(position.number)] + shape.map { Cursor.escaped($0.name) }).joined(
      separator: ".")
  }

  public init?(_ text: String) {
    let parts = text.utf8.split(separator: Cursor.point, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    guard parts.count >= 2, text.utf8.count <= Limits.cursorBytes, let epoch = Int64(parts[0]),
      let seq = UInt64(parts[1]),
      Position.isValid(seq)
    else {
      return nil
    }
    let shape = parts.dropFirst(2).map { Partition(Cursor.unescaped($0)) }
    self.init(logEpoch: epoch, position: HubSeq(seq), shape: shape)
  }

  private static let point = UInt8(ascii: ".")
  private static let tilde = UInt8(ascii: "~")

  /// A region may be called `华东.上海`: inside a name a point is `~p` and a tilde `~t`.
  private static func escaped(_ name: String) -> String {
    let bytes = name.utf8.flatMap { byte in
      byte == point ? Array("~p".utf8) : byte == tilde ? Array("~t".utf8) : [byte]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func unescaped(_ part: String) -> String {
    var bytes: [UInt8] = []
    var rest = part.utf8.makeIterator()
    while let byte = rest.next() {
      guard byte == tilde, let mark = rest.next() else {
        bytes.append(byte)
        continue
      }
      bytes.append(mark == UInt8(ascii: "p") ? point : tilde)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let cursor = Cursor(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "is not a cursor of this hub")
    }
    self = cursor
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
