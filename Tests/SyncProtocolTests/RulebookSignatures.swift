import Seeds
import SyncProtocol
import Testing

struct RulebookSignatures {
  @Test func `a signature is of one document, one version and one key, and of nothing that differs by a bit`()
    throws
  {
    let other = try RulebookSigningKey(seed: [UInt8](repeating: 7, count: 32)).publicKey
    forAll(2_000) { (samples: inout Samples) in
      guard
        let key = try? RulebookSigningKey(seed: (0..<32).map { _ in UInt8(samples.number(0...255)) }),
        let known = RulebookKey(text: key.publicKey.text)
      else { return false }
      let (document, version) = (samples.bytes(), samples.int() & .max)
      guard let signature = try? key.signature(of: document, version: version) else { return false }
      var (forged, bent) = (document, signature)
      if forged.isEmpty { forged = [0] } else { samples.flip(&forged) }
      samples.flip(&bent)
      return known.signed(document, version: version, signature: signature)
        && !known.signed(forged, version: version, signature: signature)
        && !known.signed(document, version: version ^ 1, signature: signature)
        && !known.signed(document, version: version, signature: bent)
        && !known.signed(document, version: version, signature: [])
        && !other.signed(document, version: version, signature: signature)
    }
  }

  @Test func `a key is 32 bytes`() {
    #expect(throws: (any Error).self) { try RulebookSigningKey(seed: [1, 2, 3]) }
    #expect(RulebookKey(text: "") == nil)
    #expect(RulebookKey(text: "00ff") == nil)
  }

  /// RFC 8032, section 7.1, test 1: the seed and its public key.
  @Test func `keys are those of RFC 8032`() throws {
    let seed = try #require(
      Hex.bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    #expect(
      try RulebookSigningKey(seed: seed).publicKey.text
        == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
  }
}

extension Samples {
  mutating func flip(_ bytes: inout [UInt8]) {
    bytes[Int(number(0...Int64(bytes.count - 1)))] ^= 1 << UInt8(number(0...7))
  }
}
