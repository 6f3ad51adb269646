/// Why bytes are not a message. Decoding never traps and never allocates beyond its input's size class.
public enum WireError: Error, Equatable {
  case truncated
  case notAMessage
  case unsupportedVersion(UInt8)
  case unexpectedType(UInt8)
  case overLimit(String)
  case badValue(String)
  case trailingBytes
}
