import Foundation

@testable import Journey

/// A temporary folder with the converter's files, made by hand: two shops, two households, three baskets.
struct DataFolder {
  let url: URL

  static let files = [
    "stores.tsv": "store\n31\n367\n",
    "products.tsv": """
    product\tdepartment\tcategory
    100\tGROCERY\tBREAD
    200\tPRODUCE\t
    300\tFUEL\tFUEL

    """,
    "members.tsv": "household\tfirst_basket\n7\t9001\n8\t9002\n",
    "baskets.tsv": """
    basket\thousehold\tstore\ttimestamp_ms\tweek
    9001\t7\t367\t1483271606000\t1
    9002\t8\t31\t1483271606000\t1
    9003\t7\t31\t1483999999000\t2

    """,
    "lines.tsv": """
    basket\tproduct\tquantity\tgross_cents\tstore_discount\tmatch_discount\tcoupon_cents
    9001\t100\t2\t450\t50\t50\t100
    9001\t200\t1\t199\t0\t0\t0
    9002\t300\t11190\t2536\t36\t0\t0
    9003\t100\t0\t0\t0\t0\t75
    9003\t200\t3\t1000\t1\t0\t55

    """,
    "campaigns.tsv": "campaign\ttype\tstart\tend\n26\tType B\t2016-12-28\t2017-02-19\n",
    "redemptions.tsv": """
    redemption\thousehold\tcampaign\tcoupon_upc\tdate\tbasket\tproduct\tvoucher_cents
    1\t7\t26\t51380041013\t2017-01-09\t9003\t200\t55
    2\t7\t26\t51380041313\t2017-01-01\t9001\t\t0

    """,
    "manifest.json": """
    {"format": 1, "time_zone": "America/New_York",
     "files": {"stores.tsv": {"rows": 2}, "products.tsv": {"rows": 3}, "members.tsv": {"rows": 2},
       "baskets.tsv": {"rows": 3}, "lines.tsv": {"rows": 5}, "campaigns.tsv": {"rows": 1},
       "redemptions.tsv": {"rows": 2}},
     "cents": {"gross": 4185, "store_discount": 87, "match_discount": 50, "coupon": 230, "net": 4048,
       "voucher": 55}}
    """,
  ]

  /// Writes the files, some of them replaced, or left out where the replacement is nil.
  init(replacing replacements: [String: String?] = [:]) throws {
    url = FileManager.default.temporaryDirectory.appending(path: "journey-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for (name, text) in Self.files.merging(replacements.mapValues { $0 ?? "" }, uniquingKeysWith: { $1 }) {
      if case .some(.none) = replacements[name] { continue }
      try Data(text.utf8).write(to: url.appending(path: name))
    }
  }

  /// The folder with one piece of one file said differently.
  init(_ name: String, _ old: String, becomes new: String) throws {
    let text = (Self.files[name] ?? "").replacing(old, with: new)
    try self.init(replacing: [name: text])
  }

  func remove() { try? FileManager.default.removeItem(at: url) }
}
