extension ChainData {
  /// The same trade cut down to its first `weeks` business weeks and, in these, to the `stores` with most
  /// baskets.
  ///
  /// Whatever refers to a basket that is gone is gone as well: members who never came, redemptions elsewhere.
  /// A member's first basket is the first one left. Products and campaigns stay.
  public func limited(weeks: Int?, stores: Int?) -> ChainData {
    guard weeks != nil || stores != nil else { return self }
    let lastWeek = weeks ?? .max
    let kept = busiest(stores ?? self.stores.count, lastWeek: lastWeek)
    var result = ChainData()
    (result.products, result.departments, result.categories) = (products, departments, categories)
    result.campaigns = campaigns

    var newBasket = [Int32](repeating: -1, count: baskets.count)
    var firstBasket = [Int32](repeating: -1, count: members.count)
    for index in 0..<baskets.count
    where Int(baskets.weeks[index]) <= lastWeek && kept[Int(baskets.stores[index])] {
      var basket = basket(index)
      newBasket[index] = Int32(result.baskets.count)
      if firstBasket[basket.member] < 0 { firstBasket[basket.member] = newBasket[index] }
      let start = result.lines.count
      for old in basket.lineRange { result.lines.append(line(old)) }
      basket.index = result.baskets.count
      basket.lineRange = start..<result.lines.count
      result.append(basket)
    }
    result.keepStores(from: self) { kept[$0] }
    result.keepMembers(from: self, firstBasket)
    result.keepRedemptions(from: self, newBasket)
    return result
  }

  /// For each store whether it is among the `count` with most baskets; of equals the lower number.
  private func busiest(_ count: Int, lastWeek: Int) -> [Bool] {
    var sizes = [Int](repeating: 0, count: stores.count)
    for (store, week) in zip(baskets.stores, baskets.weeks) where Int(week) <= lastWeek {
      sizes[Int(store)] += 1
    }
    var kept = [Bool](repeating: false, count: stores.count)
    let ranking = stores.indices.sorted { (-sizes[$0], $0) < (-sizes[$1], $1) }
    for store in ranking.prefix(max(0, count)) where sizes[store] > 0 { kept[store] = true }
    return kept
  }

  private mutating func keepStores(from whole: ChainData, _ isKept: (Int) -> Bool) {
    var newStore = [Int32](repeating: -1, count: whole.stores.count)
    for (index, number) in whole.stores.enumerated() where isKept(index) {
      newStore[index] = Int32(stores.count)
      stores.append(number)
    }
    baskets.stores = baskets.stores.map { newStore[Int($0)] }
  }

  private mutating func keepMembers(from whole: ChainData, _ firstBasket: [Int32]) {
    var newMember = [Int32](repeating: -1, count: whole.members.count)
    for (index, member) in whole.members.enumerated() where firstBasket[index] >= 0 {
      newMember[index] = Int32(members.count)
      members.append(Member(household: member.household, firstBasket: firstBasket[index]))
    }
    baskets.members = baskets.members.map { newMember[Int($0)] }
  }

  private mutating func keepRedemptions(from whole: ChainData, _ newBasket: [Int32]) {
    for var redemption in whole.redemptions where newBasket[Int(redemption.basket)] >= 0 {
      let old = whole.lineRange(ofBasket: Int(redemption.basket)).lowerBound
      redemption.basket = newBasket[Int(redemption.basket)]
      redemption.member = baskets.members[Int(redemption.basket)]
      let new = lineRange(ofBasket: Int(redemption.basket)).lowerBound
      redemption.line = redemption.line.map { $0 - Int32(old) + Int32(new) }
      redemptions.append(redemption)
    }
  }
}
