import Foundation

/// What the converter says it wrote. It is written last, so a folder without one is unfinished.
struct Manifest: Decodable {
  static let fileName = "manifest.json"
  static let format = 1

  struct File: Decodable {
    var rows: Int
  }

  struct Cents: Decodable, Equatable {
    var gross: Int
    var storeDiscount: Int
    var matchDiscount: Int
    var coupon: Int
    var voucher: Int
  }

  var format: Int
  var files: [String: File]
  var cents: Cents

  init(in folder: URL) throws(ChainDataError) {
    do {
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let bytes = try Data(contentsOf: folder.appending(path: Self.fileName))
      self = try decoder.decode(Manifest.self, from: bytes)
    } catch {
      throw ChainDataError(file: Self.fileName, .unreadable(reason: error.localizedDescription))
    }
    guard format == Self.format else {
      throw ChainDataError(
        file: Self.fileName,
        .otherThanManifest(what: "the format that is read here", expected: format, found: Self.format))
    }
  }

  /// A file that lost its tail at a line's end still parses; rows and sums tell.
  func check(_ data: ChainData) throws(ChainDataError) {
    let rows = [
      "stores.tsv": data.stores.count, "members.tsv": data.members.count, "products.tsv": data.products.count,
      "baskets.tsv": data.baskets.count, "lines.tsv": data.lines.count, "campaigns.tsv": data.campaigns.count,
      "redemptions.tsv": data.redemptions.count,
    ]
    for (name, found) in rows.sorted(by: { $0.key < $1.key }) {
      try Self.check(name, "the number of rows", files[name]?.rows ?? 0, found)
    }
    try Self.check("lines.tsv", "gross cents", cents.gross, Self.sum(data.lines.gross))
    try Self.check("lines.tsv", "store discount", cents.storeDiscount, Self.sum(data.lines.storeDiscounts))
    try Self.check("lines.tsv", "match discount", cents.matchDiscount, Self.sum(data.lines.matchDiscounts))
    try Self.check("lines.tsv", "coupon cents", cents.coupon, Self.sum(data.lines.coupons))
    let vouchers = Self.sum(data.redemptions.map(\.voucherCents))
    try Self.check("redemptions.tsv", "voucher cents", cents.voucher, vouchers)
  }

  private static func sum(_ amounts: [Int32]) -> Int { amounts.reduce(0) { $0 + Int($1) } }

  private static func check(
    _ file: String, _ what: String, _ expected: Int, _ found: Int
  ) throws(ChainDataError) {
    guard expected == found else {
      throw ChainDataError(file: file, .otherThanManifest(what: what, expected: expected, found: found))
    }
  }
}
