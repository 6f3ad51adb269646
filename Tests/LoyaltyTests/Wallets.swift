import Loyalty
import Seeds
import SyncProtocol
import Testing

struct Wallets {
  private func sample(_ samples: inout Samples) -> (Rulebook, Cart, [PresentedCoupon]) {
    let rulebook = samples.rulebook()
    var cart = samples.cart()
    (cart.points, cart.isCash, cart.coupons) = (.zero, false, [])
    return (rulebook, cart, (0..<samples.number(0...4)).map { samples.coupon(Int($0)) })
  }

  private func quote(_ rulebook: Rulebook, _ cart: Cart, _ coupons: [PresentedCoupon]) -> Quote {
    var cart = cart
    cart.coupons = coupons
    return rulebook.quote(cart)
  }

  @Test func `each coupon of a wallet is worth what presenting it alone brings`() {
    forAll { (samples: inout Samples) in
      let (rulebook, cart, coupons) = sample(&samples)
      let wallet = rulebook.wallet(cart, coupons: coupons)
      let before = quote(rulebook, cart, []).toPay
      return wallet.entries.count == coupons.count
        && coupons.allSatisfy { coupon in
          let alone = quote(rulebook, cart, [coupon])
          guard let entry = wallet.entries.first(where: { $0.coupon == coupon.id }) else { return false }
          return entry.saving == before - alone.toPay && entry.isUsable == (alone.coupons == [coupon.id])
            && entry.outcome == alone.outcomes.last { $0.rule == coupon.code }
        }
    }
  }

  @Test func `the best of a wallet stands first, and of equals the one that expires first`() {
    forAll { (samples: inout Samples) in
      let (rulebook, cart, coupons) = sample(&samples)
      let entries = rulebook.wallet(cart, coupons: coupons).entries
      return zip(entries, entries.dropFirst()).allSatisfy { a, b in
        if a.saving != b.saving { return a.saving > b.saving }
        let (first, second) = (a.expiresAt?.ms ?? .max, b.expiresAt?.ms ?? .max)
        return first < second || first == second && a.code < b.code
      }
    }
  }

  @Test func `the best together are all used, and no other choice of them in that order is cheaper`() {
    forAll { (samples: inout Samples) in
      let (rulebook, cart, coupons) = sample(&samples)
      let wallet = rulebook.wallet(cart, coupons: coupons)
      let before = quote(rulebook, cart, []).toPay
      func named(_ ids: [CouponID]) -> [PresentedCoupon] {
        ids.compactMap { id in coupons.first { $0.id == id } }
      }
      let best = quote(rulebook, cart, named(wallet.bestTogether))
      guard best.coupons == wallet.bestTogether, before - best.toPay == wallet.saving, wallet.isExhaustive
      else { return false }
      let kinds: [CouponTerms.Kind] = [.fixedPrice, .percentOff, .amountOff, .voucher]
      let inOrder = kinds.flatMap { kind in
        named(wallet.entries.map(\.coupon)).filter { $0.terms.kind == kind }
      }
      return (0..<(1 << inOrder.count)).allSatisfy { choice in
        let chosen = inOrder.indices.filter { choice & (1 << $0) != 0 }.map { inOrder[$0] }
        let other = quote(rulebook, cart, chosen)
        return other.toPay > best.toPay
          || other.toPay == best.toPay && other.coupons.count >= best.coupons.count
          || other.coupons.count < chosen.count && other.toPay >= best.toPay
      }
    }
  }

  private func coupon(_ number: Int, _ value: Int64, group: String? = nil, minimum: Int64 = 0)
    -> PresentedCoupon
  {
    PresentedCoupon(
      id: CouponID(high: 0, low: UInt64(number)), code: "C\(number)",
      terms: CouponTerms(
        kind: .amountOff, name: Samples.words, value: value, minimumSpend: Money(minimum), group: group))
  }

  private func cart(_ gross: Int64) -> Cart {
    Cart(
      businessTime: Samples.noon,
      lines: [SaleLine(sku: "milk", quantity: Quantity(milli: 1000), gross: Money(gross))])
  }

  @Test func `a wallet tells how far away a coupon is, and which of a group to present`() {
    let coupons = [
      coupon(1, 5_00, group: "G"), coupon(2, 8_00, group: "G"), coupon(3, 50_00, minimum: 200_00),
    ]
    let wallet = Rulebook.none.wallet(cart(100_00), coupons: coupons)
    #expect(wallet.entries.map(\.code) == ["C2", "C1", "C3"])
    #expect(wallet.entries.map(\.isUsable) == [true, true, false])
    #expect(wallet.entries[2].outcome.distance == 100_00)
    #expect(wallet.bestTogether == [coupons[1].id] && wallet.saving == Money(8_00))
  }

  @Test func `what a sale costs nothing without is not used up`() {
    let wallet = Rulebook.none.wallet(cart(10_00), coupons: [coupon(1, 10_00), coupon(2, 10_00)])
    #expect(wallet.bestTogether.count == 1 && wallet.saving == Money(10_00))
  }

  @Test func `of very many coupons the best are added one by one, and that is said`() {
    let coupons = (1...30).map { coupon($0, Int64($0)) }
    let wallet = Rulebook.none.wallet(cart(100_00), coupons: coupons)
    #expect(!wallet.isExhaustive && wallet.bestTogether.count == Limits.saleCoupons)
    #expect(wallet.saving == Money((11...30).reduce(0, +)))
    let most = (1...1_000).map { coupon($0, Int64($0)) }
    let large = Rulebook.none.wallet(cart(1_000_00), coupons: most)
    #expect(large.saving == Money((981...1_000).reduce(0, +)) && large.entries.count == 1_000)
    #expect(Rulebook.none.wallet(cart(1), coupons: []).bestTogether.isEmpty)
  }
}
