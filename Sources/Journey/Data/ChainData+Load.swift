import Foundation

extension ChainData {
  /// Reads the folder that `deploy/journey/fetch` wrote and checks it against itself and its manifest.
  ///
  /// - Parameters:
  ///   - weeks: only the first so many business weeks.
  ///   - stores: only the so many stores with most baskets (in those weeks).
  public static func load(
    from folder: URL, weeks: Int? = nil, stores: Int? = nil
  ) throws(ChainDataError) -> ChainData {
    let manifest = try Manifest(in: folder)
    var loader = Loader(folder: folder)
    try loader.readStores()
    try loader.readProducts()
    try loader.readMembers()
    try loader.readBaskets()
    try loader.readLines()
    try loader.checkFirstBaskets()
    try loader.readCampaigns()
    try loader.readRedemptions()
    try manifest.check(loader.data)
    return loader.data.limited(weeks: weeks, stores: stores)
  }
}

/// Reads one file after the other; each refers only to those before it.
private struct Loader {
  let folder: URL
  var data = ChainData()
  private var storeIndex: [Int64: Int32] = [:]
  private var productIndex: [Int64: Int32] = [:]
  private var memberIndex: [Int64: Int32] = [:]
  private var campaignIndex: [Int64: Int32] = [:]
  private var firstBaskets: [Int64] = []

  init(folder: URL) {
    self.folder = folder
  }

  mutating func readStores() throws(ChainDataError) {
    var file = try TabbedFile("stores.tsv", in: folder, columns: "store")
    while try file.nextRow() {
      let number = try file.number32("store")
      if let last = data.stores.last, number <= last { throw file.failure(.outOfOrder(column: "store")) }
      storeIndex[Int64(number)] = Int32(data.stores.count)
      data.stores.append(number)
    }
  }

  mutating func readProducts() throws(ChainDataError) {
    var file = try TabbedFile("products.tsv", in: folder, columns: "product", "department", "category")
    var departments = Names()
    var categories = Names()
    while try file.nextRow() {
      let number = try file.number32("product")
      if let last = data.products.last, number <= last.number {
        throw file.failure(.outOfOrder(column: "product"))
      }
      productIndex[Int64(number)] = Int32(data.products.count)
      let department = departments.index(of: try file.text("department"))
      let category = categories.index(of: try file.text("category"))
      data.products.append(.init(number: number, department: department, category: category))
    }
    data.departments = departments.list
    data.categories = categories.list
  }

  mutating func readMembers() throws(ChainDataError) {
    var file = try TabbedFile("members.tsv", in: folder, columns: "household", "first_basket")
    while try file.nextRow() {
      let household = try file.number32("household")
      if let last = data.members.last, household <= last.household {
        throw file.failure(.outOfOrder(column: "household"))
      }
      memberIndex[Int64(household)] = Int32(data.members.count)
      firstBaskets.append(try file.number("first_basket"))
      data.members.append(.init(household: household, firstBasket: -1))
    }
  }

  mutating func readBaskets() throws(ChainDataError) {
    var file = try TabbedFile(
      "baskets.tsv", in: folder, columns: "basket", "household", "store", "timestamp_ms", "week")
    data.baskets.reserve(file.estimatedRows(width: 37))
    var last: (time: Int64, number: Int64) = (.min, .min)
    while try file.nextRow() {
      let number = try file.number("basket")
      let member = try find(try file.number("household"), "household", in: memberIndex, file)
      let store = try find(try file.number("store"), "store", in: storeIndex, file)
      let time = try file.number("timestamp_ms")
      let week = try file.number32("week")
      guard last < (time, number) else { throw file.failure(.outOfOrder(column: "timestamp_ms")) }
      guard week >= 1 else { throw file.failure(.outOfRange(column: "week")) }
      last = (time, number)
      if data.members[Int(member)].firstBasket < 0 {
        data.members[Int(member)].firstBasket = Int32(data.baskets.count)
      }
      data.append(
        ChainData.Basket(
          index: data.baskets.count, number: number, member: Int(member), store: Int(store), timeMs: time,
          week: Int(week), lineRange: 0..<0))
    }
  }

  mutating func readLines() throws(ChainDataError) {
    var file = try TabbedFile(
      "lines.tsv", in: folder,
      columns: "basket", "product", "quantity", "gross_cents", "store_discount", "match_discount",
      "coupon_cents")
    data.lines.reserve(file.estimatedRows(width: 30))
    var basket = -1
    while try file.nextRow() {
      let number = try file.number("basket")
      if basket < 0 || data.baskets.numbers[basket] != number {
        basket += 1
        guard basket < data.baskets.count, data.baskets.numbers[basket] == number else {
          throw file.failure(.outOfOrder(column: "basket"))
        }
        data.baskets.lineStarts[basket] = Int32(data.lines.count)
      }
      try readLine(&file, isFirst: Int(data.baskets.lineStarts[basket]) == data.lines.count)
    }
    guard basket + 1 == data.baskets.count else {
      throw file.failure(.emptyBasket(data.baskets.numbers[basket + 1]))
    }
    data.baskets.lineStarts[data.baskets.count] = Int32(data.lines.count)
  }

  private mutating func readLine(_ file: inout TabbedFile, isFirst: Bool) throws(ChainDataError) {
    let product = try find(try file.number("product"), "product", in: productIndex, file)
    if !isFirst, let last = data.lines.products.last, product <= last {
      throw file.failure(.outOfOrder(column: "product"))
    }
    let line = ChainData.Line(
      product: Int(product), quantity: Int(try file.number32("quantity")),
      gross: Int(try file.number32("gross_cents")), storeDiscount: Int(try file.number32("store_discount")),
      matchDiscount: Int(try file.number32("match_discount")), coupon: Int(try file.number32("coupon_cents")))
    guard line.net >= 0 else { throw file.failure(.outOfRange(column: "gross_cents")) }
    data.lines.append(line)
  }

  func checkFirstBaskets() throws(ChainDataError) {
    for (index, member) in data.members.enumerated() {
      let line = index + 2
      let first = Int(member.firstBasket)
      guard first >= 0, data.baskets.numbers[first] == firstBaskets[index] else {
        throw ChainDataError(
          file: "members.tsv", line: line, .unknown(column: "first_basket", value: firstBaskets[index]))
      }
    }
  }

  mutating func readCampaigns() throws(ChainDataError) {
    var file = try TabbedFile("campaigns.tsv", in: folder, columns: "campaign", "type", "start", "end")
    while try file.nextRow() {
      let number = try file.number32("campaign")
      if let last = data.campaigns.last, number <= last.number {
        throw file.failure(.outOfOrder(column: "campaign"))
      }
      campaignIndex[Int64(number)] = Int32(data.campaigns.count)
      let type = try file.text("type")
      let start = try file.day("start")
      let end = try file.day("end")
      guard start <= end else { throw file.failure(.outOfRange(column: "end")) }
      data.campaigns.append(.init(number: number, type: type, start: start, end: end))
    }
  }

  mutating func readRedemptions() throws(ChainDataError) {
    var file = try TabbedFile(
      "redemptions.tsv", in: folder,
      columns: "redemption", "household", "campaign", "coupon_upc", "date", "basket", "product",
      "voucher_cents")
    var basketIndex: [Int64: Int32] = [:]
    basketIndex.reserveCapacity(data.baskets.count)
    for (index, number) in data.baskets.numbers.enumerated() { basketIndex[number] = Int32(index) }
    var paidLines: Set<Int32> = []
    var lastNumber: Int32 = 0
    while try file.nextRow() {
      let redemption = try readRedemption(&file, basketIndex)
      guard redemption.number > lastNumber else { throw file.failure(.outOfOrder(column: "redemption")) }
      if let line = redemption.line, !paidLines.insert(line).inserted { throw file.failure(.badVoucher) }
      lastNumber = redemption.number
      data.redemptions.append(redemption)
    }
    data.redemptions.sort { ($0.basket, $0.number) < ($1.basket, $1.number) }
  }

  private func readRedemption(
    _ file: inout TabbedFile, _ basketIndex: [Int64: Int32]
  ) throws(ChainDataError) -> ChainData.Redemption {
    let number = try file.number32("redemption")
    let member = try find(try file.number("household"), "household", in: memberIndex, file)
    let campaign = try find(try file.number("campaign"), "campaign", in: campaignIndex, file)
    let upc = try file.number("coupon_upc")
    let day = try file.day("date")
    let basketNumber = try file.number("basket")
    let basket = try find(basketNumber, "basket", in: basketIndex, file)
    guard data.baskets.members[Int(basket)] == member else {
      throw file.failure(.unknown(column: "basket", value: basketNumber))
    }
    var line: Int32?
    if let product = try file.numberOrEmpty("product") {
      let wanted = try find(product, "product", in: productIndex, file)
      let found = data.lineRange(ofBasket: Int(basket)).first { data.lines.products[$0] == wanted }
      guard let found else { throw file.failure(.unknown(column: "product", value: product)) }
      line = Int32(found)
    }
    let voucher = try file.number32("voucher_cents")
    let most = line.map { min(data.line(Int($0)).coupon, data.line(Int($0)).net) } ?? 0
    guard voucher <= most, (voucher > 0) == (line != nil) else { throw file.failure(.badVoucher) }
    return ChainData.Redemption(
      number: number, member: member, campaign: campaign, couponUPC: upc, day: day, basket: basket,
      line: line,
      voucherCents: voucher)
  }

  private func find(
    _ number: Int64, _ column: String, in index: [Int64: Int32], _ file: borrowing TabbedFile
  ) throws(ChainDataError) -> Int32 {
    guard let found = index[number] else { throw file.failure(.unknown(column: column, value: number)) }
    return found
  }
}
