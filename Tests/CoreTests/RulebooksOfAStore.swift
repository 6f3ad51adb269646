import AgentCore
import Loyalty
import Seeds
import SyncProtocol
import Testing

struct RulebooksOfAStore {
  /// What may stand in one of the store's two files under a version.
  private enum Copy: CaseIterable { case none, signed, forged, later }

  private static let key = try! RulebookSigningKey(seed: [UInt8](repeating: 3, count: 32))

  private static let forged = Words(zh: "伪造", en: "Forged")

  private static func row(_ copy: Copy, _ version: Int64) throws -> RulebookRow? {
    var rulebook = Rulebook.none
    rulebook.version = version
    if copy == .forged { rulebook.name = forged }
    var document = try rulebook.encoded()
    let signed = copy == .later ? Array(#"{"orbit":"lunar","#.utf8) + document.dropFirst() : document
    let signature = try key.signature(of: signed, version: copy == .forged ? version + 1 : version)
    if copy == .later { document = signed }
    return copy == .none
      ? nil : RulebookRow(effectiveFrom: rulebook.effectiveFrom, document: document, signature: signature)
  }

  @Test func `a store goes by what headquarters signed, from either file, and says what it does not go by`() {
    forAll(1_000) { (samples: inout Samples) in
      var (replica, kept) = ([Int64: RulebookRow](), [Int64: RulebookRow]())
      var (known, unread, unsigned) = ([Int64](), [Int64](), [Int64]())
      for version in 1...Int64(4) {
        let copies = [samples.oneOf(Copy.allCases), samples.oneOf(Copy.allCases)]
        replica[version] = try? Self.row(copies[0], version)
        kept[version] = try? Self.row(copies[1], version)
        if copies[0] == .forged { unsigned.append(version) }
        switch copies.first(where: { $0 == .signed || $0 == .later }) {
        case .signed: known.append(version)
        case .later: unread.append(version)
        default: break
        }
      }
      let books = KnownRulebooks(replica: replica, kept: kept, key: Self.key.publicKey)
      return books.rulebooks.map(\.version) == known && books.notUnderstood == unread
        && books.notSigned == unsigned && books.rulebooks.allSatisfy { $0.name != Self.forged }
        && books.signed.keys.sorted() == (known + unread).sorted()
    }
  }

  @Test func `without headquarters' key nothing counts as signed`() throws {
    let row = try Self.row(.signed, 1)
    let books = KnownRulebooks(replica: [1: try #require(row)], kept: [:], key: nil)
    #expect(books.rulebooks.isEmpty && books.signed.isEmpty && books.notSigned == [1])
  }
}
