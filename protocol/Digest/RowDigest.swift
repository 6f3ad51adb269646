import Crypto

/// The fingerprint of one partition: how many rows, and the sum of their hashes modulo 2¹²⁸. A sum can be
/// kept up row by row in any order, and equal sums of keyed hashes mean equal rows.
public struct PartitionDigest: Hashable, Sendable {
  public private(set) var count: UInt64
  public private(set) var sum: UInt128

  public init(count: UInt64 = 0, sum: UInt128 = 0) {
    self.count = count
    self.sum = sum
  }

  public mutating func add(_ hash: UInt128) {
    count &+= 1
    sum &+= hash
  }

  public mutating func remove(_ hash: UInt128) {
    count &-= 1
    sum &-= hash
  }
}

/// Hashes rows under a key of the chain's own, so that nobody can prepare rows whose hashes cancel.
public struct RowHasher: Sendable {
  private let key: [UInt8]

  public init(key: [UInt8]) { self.key = key }

  /// `canonicalFields` are the row's fields in their stored form.
  public func hash(_ row: RowKey, canonicalFields: [UInt8]) -> UInt128 {
    var message = RowSink(capacity: key.count + row.bytes.count + canonicalFields.count + 20)
    message.copy(key)
    message.uint(UInt64(row.kind.code), .rowKind)
    message.blob(row.bytes, .rowKey)
    message.copy(canonicalFields)
    return SHA256.hash(data: message.bytes).withUnsafeBytes {
      UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self))
    }
  }

  public func hash(_ key: RowKey, _ fields: Fields) -> UInt128 {
    hash(key, canonicalFields: fields.canonicalBytes)
  }
}

/// The chain that ties a journal's entries together: changing, dropping or swapping one breaks it.
public struct ChainHash: Hashable, Sendable {
  public let bytes: [UInt8]
  public static let empty = ChainHash([UInt8](repeating: 0, count: 32))

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Nil unless there are exactly 32 bytes.
  public init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// The hash after an entry in its canonical form.
  public func extended(by canonicalEntry: [UInt8]) -> ChainHash {
    var hasher = SHA256()
    bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    canonicalEntry.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    return ChainHash([UInt8](hasher.finalize()))
  }
}

/// The keyed index of a phone number: equal for equal numbers, meaningless without the chain's key.
public struct PhoneKey: Hashable, Sendable {
  public let bytes: [UInt8]

  public init(phone: String, key: [UInt8]) {
    let code = HMAC<SHA256>.authenticationCode(for: Array(phone.utf8), using: SymmetricKey(data: key))
    bytes = Array(code.prefix(16))
  }

  public init(bytes: [UInt8]) { self.bytes = bytes }
}
