import Curl

/// Somebody of the story.
struct Person: Hashable, Sendable {
  let zh: String
  let en: String
  let phone: String

  static let wang = Person(zh: "王小梅", en: "Wang Xiaomei", phone: "13900000001")
  static let li = Person(zh: "李强", en: "Li Qiang", phone: "13900000002")
  static let chen = Person(zh: "陈静", en: "Chen Jing", phone: "13900000003")
  static let all = [wang, li, chen]
}

/// A shop of the story.
struct ShopName: Hashable, Sendable {
  let code: String
  let zh: String
  let en: String

  var both: String { "\(zh) \(en)" }

  static let lakeside = ShopName(code: "S001", zh: "湖滨店", en: "Lakeside")
  static let station = ShopName(code: "S002", zh: "北站店", en: "North Station")
  static let campus = ShopName(code: "S003", zh: "大学城店", en: "Campus")
  static let all = [lakeside, station, campus]
}

/// What is on the shelves.
struct Goods {
  let sku: String
  let name: String
  let category: String
  let priceMinor: Int64

  static let milk = Goods(sku: "6901001", name: "鲜牛奶 Milk 1L", category: "fresh", priceMinor: 12_90)
  static let rice = Goods(sku: "6901002", name: "大米 Rice 5kg", category: "grocery", priceMinor: 69_90)
  static let oil = Goods(sku: "6901003", name: "食用油 Cooking oil", category: "grocery", priceMinor: 89_90)
  static let nuts = Goods(sku: "6901004", name: "坚果礼盒 Nut box", category: "grocery", priceMinor: 168_00)
  static let kettle = Goods(sku: "6901005", name: "电热水壶 Kettle", category: "home", priceMinor: 129_00)
  static let cooker = Goods(sku: "6901006", name: "电饭煲 Rice cooker", category: "home", priceMinor: 399_00)

  func line(_ quantity: Int64 = 1) -> JSONValue {
    [
      "sku": .string(sku), "name": .string(name), "category": .string(category),
      "quantity": .integer(quantity), "unitPrice": .integer(priceMinor),
    ]
  }
}
