extension PlacedOrder {
  func encode(to sink: inout some FieldSink) {
    sink.id(id, .reference)
    sink.id(member, .member)
    sink.text(item, .item)
    sink.int(quantity, .count)
    sink.delta(businessTime.ms, .businessTime)
    sink.int(rulebook, .rulebook)
    sink.lotAmounts(spent)
    sink.allowances(stock)
    sink.int(money.minor, .gross)
    sink.uint(requestDigest, .digest)
  }

  init(from source: inout some FieldSource) throws(WireError) {
    self.init(
      id: try source.id(.reference), member: try source.id(.member), item: try source.text(.item),
      quantity: try source.int(.count), businessTime: Timestamp(ms: try source.delta(.businessTime)),
      rulebook: try source.int(.rulebook), spent: try source.lotAmounts(limit: Limits.lotsPerEntry),
      stock: try source.allowances(), money: Money(try source.int(.gross)),
      requestDigest: try source.uint(.digest))
  }
}

extension ClosedOrder {
  func encode(to sink: inout some FieldSink) {
    sink.id(order, .reference)
    sink.id(member, .member)
    sink.text(item, .item)
    sink.int(quantity, .count)
    sink.delta(businessTime.ms, .businessTime)
    sink.flag(isCancelled, .flag)
    sink.lotAmounts(restored)
    sink.allowances(stock)
  }

  init(from source: inout some FieldSource) throws(WireError) {
    self.init(
      order: try source.id(.reference), member: try source.id(.member), item: try source.text(.item),
      quantity: try source.int(.count), businessTime: Timestamp(ms: try source.delta(.businessTime)),
      isCancelled: try source.flag(.flag), restored: try source.lotAmounts(limit: Limits.lotsPerEntry),
      stock: try source.allowances())
  }
}

extension Participation {
  func encode(to sink: inout some FieldSink) {
    sink.id(id, .reference)
    sink.id(member, .member)
    sink.text(activity, .item)
    sink.delta(businessTime.ms, .businessTime)
    sink.int(rulebook, .rulebook)
    sink.int(earned.count, .earned)
    sink.lot(earnedLot)
    sink.int(growth, .growth)
  }

  init(from source: inout some FieldSource) throws(WireError) {
    self.init(
      id: try source.id(.reference), member: try source.id(.member), activity: try source.text(.item),
      businessTime: Timestamp(ms: try source.delta(.businessTime)), rulebook: try source.int(.rulebook),
      earned: Points(try source.int(.earned)), earnedLot: try source.lot(), growth: try source.int(.growth))
  }
}

extension PrizeDrawn {
  func encode(to sink: inout some FieldSink) {
    sink.id(id, .reference)
    sink.id(member, .member)
    sink.text(draw, .item)
    sink.delta(businessTime.ms, .businessTime)
    sink.int(rulebook, .rulebook)
    sink.uint(seed, .seed)
    sink.lotAmounts(spent)
    sink.allowances(stock)
    sink.optional(prize, .flag) { $0.text($1, .item) }
    sink.int(earned.count, .earned)
    sink.lot(earnedLot)
  }

  init(from source: inout some FieldSource) throws(WireError) {
    self.init(
      id: try source.id(.reference), member: try source.id(.member), draw: try source.text(.item),
      businessTime: Timestamp(ms: try source.delta(.businessTime)), rulebook: try source.int(.rulebook),
      seed: try source.uint(.seed), spent: try source.lotAmounts(limit: Limits.lotsPerEntry),
      stock: try source.allowances(),
      prize: try source.optional(.flag) { source throws(WireError) in try source.text(.item) },
      earned: Points(try source.int(.earned)), earnedLot: try source.lot())
  }
}

extension FieldSink {
  mutating func allowances(_ uses: [AllowanceUse]) {
    list(uses, .count) { sink, use in
      sink.text(use.name, .allowance)
      sink.int(use.amount, .allowanceAmount)
    }
  }
}

extension FieldSource {
  mutating func allowances() throws(WireError) -> [AllowanceUse] {
    try list(.count, limit: Limits.entryAllowances) { source throws(WireError) in
      AllowanceUse(name: try source.text(.allowance), amount: try source.int(.allowanceAmount))
    }
  }
}
