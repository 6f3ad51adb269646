import Curl

/// What the receipts say, added up by nobody but this script.
struct Tally {
  /// One person's points as printed on their receipts.
  struct Account {
    var earned: Int64 = 0
    var spent: Int64 = 0
    var restored: Int64 = 0
    var clawedBack: Int64 = 0

    var points: Int64 { earned - spent + restored - clawedBack }
  }

  private(set) var accounts: [Person: Account] = [:]
  private(set) var salesByShop: [ShopName: Int64] = [:]
  private(set) var couponsRedeemed: Int64 = 0
  private(set) var netMinor: Int64 = 0
  private(set) var couponsIssued: Int64 = 0

  var sales: Int64 { salesByShop.values.reduce(0, +) }
  var points: Int64 { accounts.values.reduce(0) { $0 + $1.points } }

  mutating func add(_ receipt: JSONValue, of person: Person?, at shop: ShopName) throws(DemoFault) {
    var lines: Int64 = 0
    for line in receipt.lines.elements {
      let off = line.discounts.elements.reduce(Int64(0)) { $0 + ($1.amount.integerValue ?? 0) }
      lines += try number(line.gross, "gross") - off
    }
    let net = try number(receipt.net, "net")
    guard lines == net else { throw .unexpected("小票各行合计 lines come to \(lines), the receipt says \(net)") }
    netMinor += net
    salesByShop[shop, default: 0] += 1
    couponsRedeemed += Int64(receipt.coupons.elements.count)
    guard let person else { return }
    accounts[person, default: Account()].earned += try number(receipt.points.earned, "points.earned")
    accounts[person, default: Account()].spent += try number(receipt.points.spent, "points.spent")
  }

  mutating func add(return back: JSONValue, of person: Person) throws(DemoFault) {
    let clawed = try number(back.pointsClawedBack, "pointsClawedBack")
    let debt = try number(back.pointsDebt, "pointsDebt")
    accounts[person, default: Account()].clawedBack += clawed + debt
    accounts[person, default: Account()].restored += try number(back.pointsRestored, "pointsRestored")
    couponsRedeemed -= Int64(back.coupons.elements.count)
  }

  mutating func issued(_ count: Int) { couponsIssued += Int64(count) }

  private func number(_ value: JSONValue, _ name: String) throws(DemoFault) -> Int64 {
    guard let number = value.integerValue else { throw .unexpected("小票缺少 the receipt lacks \(name)") }
    return number
  }
}
