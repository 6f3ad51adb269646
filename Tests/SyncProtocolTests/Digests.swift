import Seeds
import SyncProtocol
import Testing

struct Digests {
  @Test func `a partition's digest is the same whatever the order of its rows`() {
    forAll { (samples: inout Samples) in
      let hashes = (0..<samples.number(0...12)).map { _ in
        UInt128(samples.random.next()) << 64 | UInt128(samples.random.next())
      }
      func digest(_ hashes: [UInt128]) -> PartitionDigest {
        var digest = PartitionDigest()
        for hash in hashes { digest.add(hash) }
        return digest
      }
      var less = digest(hashes)
      for hash in hashes.shuffled(using: &samples.random) { less.remove(hash) }
      return digest(hashes) == digest(hashes.shuffled(using: &samples.random)) && less == PartitionDigest()
    }
  }

  @Test func `a row kept up through its changes has the hash of the row as it ends`() {
    forAll(1_000) { (samples: inout Samples) in
      let hasher = RowHasher(key: samples.bytes())
      let key = samples.rowKey()
      var row: Fields?
      var digest = PartitionDigest()
      for _ in 0..<5 {
        let next = Fields.applying(samples.change(of: key), to: row)
        if let row { digest.remove(hasher.hash(key, row)) }
        if let next { digest.add(hasher.hash(key, next)) }
        row = next
      }
      var whole = PartitionDigest()
      if let row { whole.add(hasher.hash(key, row)) }
      return digest == whole
    }
  }

  @Test func `rows that differ in key, kind, a field or the chain's secret have different hashes`() {
    forAll(2_000) { (samples: inout Samples) in
      let (keyA, keyB) = (samples.rowKey(), samples.rowKey())
      let (a, b) = (samples.fields(), samples.fields())
      let (hasher, other) = (RowHasher(key: [1, 2, 3]), RowHasher(key: [1, 2, 4]))
      return (hasher.hash(keyA, a) == hasher.hash(keyB, b)) == (keyA == keyB && a == b)
        && hasher.hash(keyA, a) != other.hash(keyA, a)
    }
  }

  @Test func `a journal with an entry changed, dropped, added or swapped has another chain hash`() {
    forAll(3_000) { (samples: inout Samples) in
      let entries = (1...UInt64(samples.number(1...8))).map { samples.entry($0).canonicalBytes }
      func chain(_ entries: [[UInt8]]) -> ChainHash {
        entries.reduce(ChainHash.empty) { $0.extended(by: $1) }
      }
      var other = entries
      let place = samples.number(0...entries.count - 1)
      switch samples.number(0...3) {
      case 0: other[place][samples.number(0...other[place].count - 1)] ^= 1 << UInt8(samples.number(0...7))
      case 1: other.remove(at: place)
      case 2: other.insert(samples.entry().canonicalBytes, at: place)
      default: other.swapAt(place, samples.number(0...entries.count - 1))
      }
      return (chain(entries) == chain(other)) == (entries == other)
    }
  }

  @Test func `a chain hash has 32 bytes or is none`() {
    for count in 0..<80 {
      #expect((ChainHash(bytes: [UInt8](repeating: 1, count: count)) != nil) == (count == 32))
    }
  }

  @Test func `a phone's key is the first half of its HMAC-SHA-256, as RFC 4231 has it`() {
    let key = PhoneKey(phone: "what do ya want for nothing?", key: Array("Jefe".utf8))
    #expect(Hex.text(key.bytes) == "5bdcc146bf60754e6a042426089575c7")
  }
}
