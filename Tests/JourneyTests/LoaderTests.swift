import Foundation
import Testing

@testable import Journey

struct LoaderTests {
  @Test func `a folder of the converter becomes flat arrays that keep every figure`() throws {
    let folder = try DataFolder()
    defer { folder.remove() }
    let data = try ChainData.load(from: folder.url)
    #expect(data.stores == [31, 367])
    #expect(data.members == [.init(household: 7, firstBasket: 0), .init(household: 8, firstBasket: 1)])
    #expect(data.baskets.numbers == [9001, 9002, 9003])
    #expect((0..<3).map(data.lineRange(ofBasket:)) == [0..<2, 2..<3, 3..<5])
    let fuel = data.line(2)
    #expect(fuel.quantity == 11190 && fuel.net == 2500)
    #expect(data.department(ofProduct: fuel.product) == "FUEL" && data.category(ofProduct: 1).isEmpty)
    #expect(data.basket(2).store == 0 && data.basket(2).member == 0 && data.basket(2).week == 2)
    #expect(data.campaigns.first?.start.description == "2016-12-28")
    #expect(data.redemptions(inBasket: 0).map(\.number) == [2])
    #expect(data.redemptions(inBasket: 1).isEmpty)
    #expect(data.redemptions(inBasket: 2).map(\.line) == [4])
  }

  @Test func `the first weeks alone keep only what happened in them`() throws {
    let folder = try DataFolder()
    defer { folder.remove() }
    let data = try ChainData.load(from: folder.url, weeks: 1)
    #expect(data.baskets.numbers == [9001, 9002])
    #expect(data.lines.count == 3)
    #expect(data.redemptions.map(\.number) == [2])
    #expect(data.members.count == 2)
  }

  @Test func `the busiest stores alone keep only who shopped there, from their first basket there`() throws {
    let folder = try DataFolder()
    defer { folder.remove() }
    let data = try ChainData.load(from: folder.url, stores: 1)
    #expect(data.stores == [31])
    #expect(data.baskets.numbers == [9002, 9003])
    #expect(data.members == [.init(household: 7, firstBasket: 1), .init(household: 8, firstBasket: 0)])
    #expect(data.baskets.stores == [0, 0] && data.baskets.members == [1, 0])
    #expect(data.redemptions.map(\.line) == [2] && data.redemptions.map(\.basket) == [1])
    #expect(data.line(2).coupon == 55)
  }

  struct Flaw: CustomTestStringConvertible, Sendable {
    var file: String
    var old: String
    var new: String
    var line: Int?
    var problem: ChainDataError.Problem
    var testDescription: String { "\(file): \(new.debugDescription)" }
  }

  @Test(arguments: [
    Flaw(file: "stores.tsv", old: "store\n", new: "shop\n", line: 1, problem: .badHeader(expected: "store")),
    Flaw(file: "stores.tsv", old: "367", new: "31", line: 3, problem: .outOfOrder(column: "store")),
    Flaw(file: "stores.tsv", old: "367\n", new: "367", line: 3, problem: .cutOff),
    Flaw(file: "lines.tsv", old: "450", new: "-450", line: 2, problem: .notANumber(column: "gross_cents")),
    Flaw(file: "lines.tsv", old: "450", new: "4.5", line: 2, problem: .notANumber(column: "gross_cents")),
    Flaw(file: "lines.tsv", old: "450", new: "", line: 2, problem: .notANumber(column: "gross_cents")),
    Flaw(
      file: "lines.tsv", old: "11190", new: "9999999999", line: 4, problem: .outOfRange(column: "quantity")),
    Flaw(
      file: "lines.tsv", old: "450\t50", new: "50\t450", line: 2,
      problem: .outOfRange(column: "gross_cents")),
    Flaw(
      file: "lines.tsv", old: "\t50\t100\n", new: "\t50\n", line: 2, problem: .missingColumn("coupon_cents")),
    Flaw(file: "lines.tsv", old: "\t50\t100\n", new: "\t50\t100\t1\n", line: 2, problem: .tooManyColumns),
    Flaw(
      file: "lines.tsv", old: "9001\t200", new: "9001\t555", line: 3,
      problem: .unknown(column: "product", value: 555)),
    Flaw(
      file: "lines.tsv", old: "9001\t200", new: "9001\t100", line: 3,
      problem: .outOfOrder(column: "product")),
    Flaw(file: "lines.tsv", old: "9002", new: "9003", line: 4, problem: .outOfOrder(column: "basket")),
    Flaw(
      file: "baskets.tsv", old: "1483999999000", new: "1400000000000", line: 4,
      problem: .outOfOrder(column: "timestamp_ms")),
    Flaw(
      file: "campaigns.tsv", old: "2017-02-19", new: "2017-02-30", line: 2, problem: .notADay(column: "end")),
    Flaw(file: "redemptions.tsv", old: "200\t55", new: "200\t56", line: 2, problem: .badVoucher),
    Flaw(
      file: "redemptions.tsv", old: "9001", new: "9002", line: 3,
      problem: .unknown(column: "basket", value: 9002)),
    Flaw(
      file: "manifest.json", old: "4185", new: "4186", line: nil,
      problem: .otherThanManifest(what: "gross cents", expected: 4186, found: 4185)),
  ])
  func `a flaw is refused by file and line`(_ flaw: Flaw) throws {
    let folder = try DataFolder(flaw.file, flaw.old, becomes: flaw.new)
    defer { folder.remove() }
    let error = #expect(throws: ChainDataError.self) { try ChainData.load(from: folder.url) }
    #expect(error?.line == flaw.line)
    #expect(error?.problem == flaw.problem)
    #expect(error?.file == (flaw.file == "manifest.json" ? "lines.tsv" : flaw.file))
  }

  @Test func `a folder without a manifest is unfinished`() throws {
    let folder = try DataFolder(replacing: ["manifest.json": nil])
    defer { folder.remove() }
    let error = #expect(throws: ChainDataError.self) { try ChainData.load(from: folder.url) }
    #expect(error?.file == "manifest.json")
    #expect(error?.description.contains("deploy/journey/fetch") == true)
  }

  @Test func `a basket whose lines are missing at the end is named`() throws {
    let lines = (DataFolder.files["lines.tsv"] ?? "").split(separator: "\n").prefix(4).joined(separator: "\n")
    let folder = try DataFolder(replacing: ["lines.tsv": lines + "\n"])
    defer { folder.remove() }
    let error = #expect(throws: ChainDataError.self) { try ChainData.load(from: folder.url) }
    #expect(error?.problem == .emptyBasket(9003))
  }

  @Test(arguments: ["1970-01-01", "2016-02-29", "2017-12-31", "2000-03-01", "2100-02-28"])
  func `a date is read and written the same`(_ text: String) {
    #expect(BusinessDay(text)?.description == text)
  }

  @Test(arguments: ["2017-02-29", "2017-13-01", "2017-1-1", "17-01-01", "2017-01-0x", "+017-01-01", ""])
  func `what is no date is refused`(_ text: String) {
    #expect(BusinessDay(text) == nil)
  }
}
