import Crypto

/// Headquarters' key for signing rulebooks: Ed25519 (RFC 8032). It never leaves the hub.
public struct RulebookSigningKey: Sendable {
  private let key: Curve25519.Signing.PrivateKey

  /// Throws unless the seed has 32 bytes.
  public init(seed: [UInt8]) throws { key = try Curve25519.Signing.PrivateKey(rawRepresentation: seed) }

  public var publicKey: RulebookKey { RulebookKey(key: key.publicKey) }

  public func signature(of document: [UInt8], version: Int64) throws -> [UInt8] {
    try [UInt8](key.signature(for: RulebookKey.message(document, version)))
  }
}

/// What a store knows headquarters' rulebooks by. Whoever has the store's disk can write no rulebook that it
/// takes for headquarters', unless they can also change which key it knows.
public struct RulebookKey: Sendable {
  fileprivate let key: Curve25519.Signing.PublicKey

  fileprivate init(key: Curve25519.Signing.PublicKey) { self.key = key }

  /// Nil unless it is a key in hexadecimal.
  public init?(text: String) {
    guard let bytes = Hex.bytes(text),
      let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes)
    else { return nil }
    self.init(key: key)
  }

  /// In hexadecimal.
  public var text: String { Hex.text([UInt8](key.rawRepresentation)) }

  /// Whether headquarters signed exactly this document as this version.
  public func signed(_ document: [UInt8], version: Int64, signature: [UInt8]) -> Bool {
    key.isValidSignature(signature, for: Self.message(document, version))
  }

  /// Begins with a label, so that a signature is good for nothing but a rulebook.
  fileprivate static func message(_ document: [UInt8], _ version: Int64) -> [UInt8] {
    Array("patron rulebook".utf8) + RulebookRow.key(version: version).bytes + document
  }
}
