import Foundation
import SyncProtocol

/// Published rulebooks as the journal's file keeps them: their rows, each under its version.
struct KeptRulebooks {
  let rows: [Int64: RulebookRow]

  init(rows: [Int64: RulebookRow]) { self.rows = rows }

  init(_ bytes: [UInt8]) throws {
    rows = try JSONDecoder().decode([Int64: Data].self, from: Data(bytes)).mapValues {
      RulebookRow(try Fields(canonicalBytes: [UInt8]($0)))
    }
  }

  func encoded() throws -> [UInt8] {
    try [UInt8](JSONEncoder().encode(rows.mapValues { Data($0.fields.canonicalBytes) }))
  }
}
