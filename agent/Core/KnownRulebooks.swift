import Loyalty
import SyncProtocol

/// The rulebooks that a store goes by, and those that it does not. Versions never change, so a copy that the
/// journal keeps is as good as the replica's.
public struct KnownRulebooks: Sendable {
  /// By rising version.
  public private(set) var rulebooks: [Rulebook] = []
  /// Signed by headquarters, and written for a later release than this agent's.
  public private(set) var notUnderstood: [Int64] = []
  /// In the replica without headquarters' signature.
  public private(set) var notSigned: [Int64] = []
  /// What headquarters signed, to keep for the day the replica is lost.
  public private(set) var signed: [Int64: RulebookRow] = [:]

  /// Without a key no rulebook counts as signed.
  public init(replica: [Int64: RulebookRow], kept: [Int64: RulebookRow], key: RulebookKey?) {
    for version in Set(replica.keys).union(kept.keys).sorted() {
      func signed(_ row: RulebookRow?) -> RulebookRow? {
        row.flatMap { row in
          key?.signed(row.document, version: version, signature: row.signature) == true ? row : nil
        }
      }
      let fromReplica = signed(replica[version])
      if replica[version] != nil, fromReplica == nil { notSigned.append(version) }
      guard let row = fromReplica ?? signed(kept[version]) else { continue }
      self.signed[version] = row
      if let rulebook = try? Rulebook.understood(row.document) {
        rulebooks.append(rulebook)
      } else {
        notUnderstood.append(version)
      }
    }
  }
}
