import Foundation

/// What the made-up chain sells and for how much.
struct GeneratedShelf {
  static let ordinary = 4_000
  // Share of lines by department in the real data; fuel and the coupon booklet are rung by rules of their
  // own.
  private static let departments: [(name: String, share: Double)] = [
    ("GROCERY", 0.640), ("DRUG GM", 0.107), ("PRODUCE", 0.101), ("MEAT-PCKGD", 0.043), ("MEAT", 0.034),
    ("DELI", 0.024), ("PASTRY", 0.015), ("NUTRITION", 0.013), ("SPIRITS", 0.010), ("SEAFOOD-PCKGD", 0.007),
    ("FLORAL", 0.004), ("MISCELLANEOUS", 0.002),
  ]
  private static let categories = 12

  /// Cents for one, by product.
  let prices: [Int]
  /// Index of the product under which coupons without a product of their own are rung.
  let couponProduct = ordinary
  let fuelProduct = ordinary + 1
  private let departmentOf: [Int]

  init(seed: UInt64) {
    var random = SeededRandom(seed: seed, stream: 4)
    let choice = WeightedChoice(Self.departments.map(\.share))
    departmentOf = (0..<Self.ordinary).map { _ in choice.draw(&random) }
    prices = (0..<Self.ordinary).map { _ in max(19, Int(random.logNormal(median: 255, spread: 0.62))) }
  }

  /// A product, the popular ones more often.
  func draw(_ random: inout SeededRandom) -> Int {
    Int(pow(random.unit(), 2) * Double(Self.ordinary))
  }

  func fill(_ data: inout ChainData) {
    var departments = Names()
    var categories = Names()
    for product in 0..<Self.ordinary {
      let name = Self.departments[departmentOf[product]].name
      add(name, "\(name) \(product % Self.categories + 1)", &departments, &categories, &data)
    }
    add("COUPON", "COUPON/MISC ITEMS", &departments, &categories, &data)
    add("FUEL", "FUEL", &departments, &categories, &data)
    data.departments = departments.list
    data.categories = categories.list
  }

  private func add(
    _ department: String, _ category: String, _ departments: inout Names, _ categories: inout Names,
    _ data: inout ChainData
  ) {
    data.products.append(
      .init(
        number: 820_000 + Int32(data.products.count) * 3, department: departments.index(of: department),
        category: categories.index(of: category)))
  }
}
