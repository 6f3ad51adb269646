extension Sale {
  func encode(to sink: inout some FieldSink) {
    sink.id(id, .sale)
    sink.delta(businessTime.ms, .businessTime)
    sink.optional(member, .flag) { $0.id($1, .member) }
    sink.optional(phone, .flag) { $0.text($1, .phone) }
    sink.int(rulebook, .rulebook)
    sink.list(lines, .lineCount) { $1.encode(to: &$0) }
    sink.list(tenders, .tenderCount) { $1.encode(to: &$0) }
    sink.list(coupons, .count) { $0.id($1, .coupon) }
    sink.lotAmounts(spent)
    sink.int(earned.count, .earned)
    sink.lot(earnedLot)
    sink.optional(balance, .flag) { $0.int($1.count, .balance) }
    sink.delta(asOf.ms, .asOf)
    sink.flag(offline, .offline)
    sink.list(outcomes, .outcomeCount) { sink, outcome in
      sink.text(outcome.rule, .outcomeRule)
      sink.text(outcome.code, .outcomeCode)
      sink.int(outcome.amount, .outcomeAmount)
      sink.int(outcome.distance, .outcomeDistance)
    }
    sink.uint(requestDigest, .digest)
    sink.int(growth, .growth)
    context.encode(to: &sink)
    sink.list(gifts, .count) { sink, gift in
      sink.text(gift.rule, .outcomeRule)
      sink.text(gift.sku, .sku)
      sink.int(Int64(gift.count), .count)
    }
    sink.allowances(allowances)
  }

  init(from source: inout some FieldSource) throws(WireError) {
    let id: SaleID = try source.id(.sale)
    let businessTime = Timestamp(ms: try source.delta(.businessTime))
    let member: MemberID? = try source.optional(.flag) { source throws(WireError) in try source.id(.member) }
    let phone = try source.optional(.flag) { source throws(WireError) in try source.text(.phone) }
    self.init(
      id: id, businessTime: businessTime, member: member, phone: phone, rulebook: try source.int(.rulebook),
      lines: try source.list(.lineCount, limit: Limits.saleLines) { source throws(WireError) in
        try SaleLine(from: &source)
      },
      tenders: try source.list(.tenderCount, limit: Limits.recordedTenders) { source throws(WireError) in
        try Tender(from: &source)
      },
      coupons: try source.list(.count, limit: Limits.saleCoupons) { source throws(WireError) in
        try source.id(.coupon)
      },
      spent: try source.lotAmounts(limit: Limits.lotsPerEntry), earned: Points(try source.int(.earned)),
      earnedLot: try source.lot(),
      balance: try source.optional(.flag) { source throws(WireError) in Points(try source.int(.balance)) },
      asOf: Timestamp(ms: try source.delta(.asOf)), offline: try source.flag(.offline),
      outcomes: try source.list(.outcomeCount, limit: Limits.saleLines) { source throws(WireError) in
        RuleOutcome(
          rule: try source.text(.outcomeRule), code: try source.text(.outcomeCode),
          amount: try source.int(.outcomeAmount), distance: try source.int(.outcomeDistance))
      },
      requestDigest: try source.uint(.digest), growth: try source.int(.growth),
      context: try SaleContext(from: &source),
      gifts: try source.list(.count, limit: Limits.saleLines) { source throws(WireError) in
        Gift(
          rule: try source.text(.outcomeRule), sku: try source.text(.sku),
          count: Int(clamping: try source.int(.count)))
      },
      allowances: try source.allowances())
  }
}

extension SaleContext {
  func encode(to sink: inout some FieldSink) {
    sink.optional(store, .flag) { $0.text($1, .store) }
    sink.optional(channel, .flag) { $0.text($1, .channel) }
    sink.optional(tier, .flag) { $0.text($1, .tier) }
    sink.list(segments, .count) { $0.text($1, .segment) }
    sink.uint(UInt64(traits), .traits)
    sink.flag(isMember, .flag)
    sink.optional(capLeft, .flag) { $0.int($1.count, .capLeft) }
    sink.list(exhausted, .count) { $0.text($1, .outcomeRule) }
  }

  init(from source: inout some FieldSource) throws(WireError) {
    self.init(
      store: try source.optional(.flag) { source throws(WireError) in try source.text(.store) },
      channel: try source.optional(.flag) { source throws(WireError) in try source.text(.channel) },
      tier: try source.optional(.flag) { source throws(WireError) in try source.text(.tier) },
      segments: try source.list(.count, limit: Limits.saleSegments) { source throws(WireError) in
        try source.text(.segment)
      },
      traits: try source.code(.traits), isMember: try source.flag(.flag),
      capLeft: try source.optional(.flag) { source throws(WireError) in Points(try source.int(.capLeft)) },
      exhausted: try source.list(.count, limit: Limits.saleLines) { source throws(WireError) in
        try source.text(.outcomeRule)
      })
  }
}

extension SaleLine {
  func encode(to sink: inout some FieldSink) {
    sink.text(sku, .sku)
    sink.optional(name, .flag) { $0.text($1, .lineName) }
    sink.optional(category, .flag) { $0.text($1, .category) }
    sink.int(quantity.milli, .quantity)
    sink.int(gross.minor, .gross)
    sink.list(discounts, .discountCount) { sink, discount in
      sink.text(discount.kind, .discountKind)
      sink.text(discount.source, .discountSource)
      sink.int(discount.amount.minor, .discountAmount)
    }
  }

  init(from source: inout some FieldSource) throws(WireError) {
    self.init(
      sku: try source.text(.sku),
      name: try source.optional(.flag) { source throws(WireError) in try source.text(.lineName) },
      category: try source.optional(.flag) { source throws(WireError) in try source.text(.category) },
      quantity: Quantity(milli: try source.int(.quantity)), gross: Money(try source.int(.gross)),
      discounts: try source.list(.discountCount, limit: Limits.lineDiscounts) { source throws(WireError) in
        LineDiscount(
          kind: try source.text(.discountKind), source: try source.text(.discountSource),
          amount: Money(try source.int(.discountAmount)))
      })
  }
}

extension Tender {
  func encode(to sink: inout some FieldSink) {
    sink.text(type, .tenderType)
    sink.int(amount.minor, .tenderAmount)
    sink.optional(line, .flag) { $0.uint(UInt64(bitPattern: Int64($1)), .tenderLine) }
    sink.optional(coupon, .flag) { $0.id($1, .tenderCoupon) }
  }

  init(from source: inout some FieldSource) throws(WireError) {
    self.init(
      type: try source.text(.tenderType), amount: Money(try source.int(.tenderAmount)),
      line: try source.optional(.flag) { source throws(WireError) in try source.index(.tenderLine) },
      coupon: try source.optional(.flag) { source throws(WireError) in try source.id(.tenderCoupon) })
  }
}
