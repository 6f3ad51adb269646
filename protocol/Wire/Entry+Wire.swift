extension Entry {
  /// The form that is journalled and chained.
  public var canonicalBytes: [UInt8] {
    var sink = RowSink()
    sink.uint(seq.number, .seq)
    encodeContent(to: &sink)
    return sink.bytes
  }

  public init(canonicalBytes: [UInt8]) throws(WireError) {
    var source = RowSource(canonicalBytes)
    let seq = JournalSeq(try source.position(.seq))
    try self.init(seq: seq, contentFrom: &source)
    try source.finish()
  }

  /// Everything but the position, which in a message follows from the first entry's.
  func encodeContent(to sink: inout some FieldSink) {
    sink.delta(Int64(bitPattern: time.packed), .hybridTime)
    sink.uint(UInt64(body.code), .kind)
    switch body {
    case .enrolment(let enrolment): enrolment.encode(to: &sink)
    case .profile(let change): change.encode(to: &sink)
    case .sale(let sale): sale.encode(to: &sink)
    case .saleReturn(let back): back.encode(to: &sink)
    case .checkIn(let checkIn): checkIn.encode(to: &sink)
    case .release(let release): release.encode(to: &sink)
    case .order(let order): order.encode(to: &sink)
    case .orderClose(let close): close.encode(to: &sink)
    case .participation(let part): part.encode(to: &sink)
    case .prize(let prize): prize.encode(to: &sink)
    }
    // Room for what later versions add: a list of (tag, bytes), empty in this one.
    sink.uint(0, .extensions)
  }

  init(seq: JournalSeq, contentFrom source: inout some FieldSource) throws(WireError) {
    let time = HybridTime(packed: UInt64(bitPattern: try source.delta(.hybridTime)))
    let body: EntryBody
    switch try source.uint(.kind) {
    case 1: body = .enrolment(try Enrolment(from: &source))
    case 2: body = .profile(try ProfileChange(from: &source))
    case 3: body = .sale(try Sale(from: &source))
    case 4: body = .saleReturn(try SaleReturn(from: &source))
    case 5: body = .checkIn(try CheckIn(from: &source))
    case 6: body = .release(try Release(from: &source))
    case 7: body = .order(try PlacedOrder(from: &source))
    case 8: body = .orderClose(try ClosedOrder(from: &source))
    case 9: body = .participation(try Participation(from: &source))
    case 10: body = .prize(try PrizeDrawn(from: &source))
    case let code: throw .badValue("unknown kind of entry \(code)")
    }
    guard try source.uint(.extensions) == 0 else { throw .badValue("extensions of a later version") }
    self.init(seq: seq, time: time, body: body)
  }
}

extension EntryBody {
  public var code: UInt8 {
    switch self {
    case .enrolment: 1
    case .profile: 2
    case .sale: 3
    case .saleReturn: 4
    case .checkIn: 5
    case .release: 6
    case .order: 7
    case .orderClose: 8
    case .participation: 9
    case .prize: 10
    }
  }
}

extension Enrolment {
  func encode(to sink: inout some FieldSink) {
    sink.id(member, .member)
    sink.delta(businessTime.ms, .businessTime)
    sink.text(channel, .channel)
    sink.registers(registers)
    sink.optional(referrer, .flag) { $0.id($1, .member) }
    sink.uint(requestDigest, .digest)
  }

  init(from source: inout some FieldSource) throws(WireError) {
    self.init(
      member: try source.id(.member), businessTime: Timestamp(ms: try source.delta(.businessTime)),
      channel: try source.text(.channel), registers: try source.registers(),
      referrer: try source.optional(.flag) { source throws(WireError) in try source.id(.member) },
      requestDigest: try source.uint(.digest))
  }
}

extension ProfileChange {
  func encode(to sink: inout some FieldSink) {
    sink.id(member, .member)
    sink.registers(registers)
  }

  init(from source: inout some FieldSource) throws(WireError) {
    self.init(member: try source.id(.member), registers: try source.registers())
  }
}

extension CheckIn {
  func encode(to sink: inout some FieldSink) {
    sink.id(id, .reference)
    sink.id(member, .member)
    sink.delta(businessTime.ms, .businessTime)
    sink.int(rulebook, .rulebook)
    sink.int(earned.count, .earned)
    sink.lot(earnedLot)
  }

  init(from source: inout some FieldSource) throws(WireError) {
    self.init(
      id: try source.id(.reference), member: try source.id(.member),
      businessTime: Timestamp(ms: try source.delta(.businessTime)), rulebook: try source.int(.rulebook),
      earned: Points(try source.int(.earned)), earnedLot: try source.lot())
  }
}

extension Release {
  func encode(to sink: inout some FieldSink) {
    sink.lotAmounts(points)
    sink.list(coupons, .count) { $0.id($1, .coupon) }
    sink.allowances(allowances)
  }

  init(from source: inout some FieldSource) throws(WireError) {
    self.init(
      points: try source.lotAmounts(limit: Limits.releaseItems),
      coupons: try source.list(.count, limit: Limits.releaseItems) { source throws(WireError) in
        try source.id(.coupon)
      },
      allowances: try source.allowances())
  }
}

extension SaleReturn {
  func encode(to sink: inout some FieldSink) {
    sink.id(id, .reference)
    sink.id(sale, .sale)
    sink.delta(businessTime.ms, .businessTime)
    sink.optional(member, .flag) { $0.id($1, .member) }
    sink.flag(isVoid, .flag)
    sink.list(lines, .count) { sink, line in
      sink.uint(UInt64(bitPattern: Int64(line.line)), .returnedLine)
      sink.int(line.quantity.milli, .returnedQuantity)
    }
    sink.int(net.minor, .gross)
    sink.int(refund.minor, .refund)
    sink.lotAmounts(restored)
    sink.lotAmounts(clawedBack)
    sink.int(debt.count, .debt)
    sink.int(loss.count, .debt)
    sink.list(coupons, .count) { $0.id($1, .coupon) }
    sink.uint(requestDigest, .digest)
    sink.int(growth, .growth)
    sink.flag(isUnresolved, .flag)
  }

  init(from source: inout some FieldSource) throws(WireError) {
    let id: ReturnID = try source.id(.reference)
    let sale: SaleID = try source.id(.sale)
    let businessTime = Timestamp(ms: try source.delta(.businessTime))
    let member: MemberID? = try source.optional(.flag) { source throws(WireError) in try source.id(.member) }
    let isVoid = try source.flag(.flag)
    let lines = try source.list(.count, limit: Limits.saleLines) { source throws(WireError) in
      ReturnedLine(
        line: try source.index(.returnedLine), quantity: Quantity(milli: try source.int(.returnedQuantity)))
    }
    self.init(
      id: id, sale: sale, businessTime: businessTime, member: member, isVoid: isVoid, lines: lines,
      net: Money(try source.int(.gross)), refund: Money(try source.int(.refund)),
      restored: try source.lotAmounts(limit: Limits.lotsPerEntry),
      clawedBack: try source.lotAmounts(limit: Limits.lotsPerEntry),
      debt: Points(try source.int(.debt)), loss: Points(try source.int(.debt)),
      coupons: try source.list(.count, limit: Limits.saleCoupons) { source throws(WireError) in
        try source.id(.coupon)
      },
      requestDigest: try source.uint(.digest), growth: try source.int(.growth),
      isUnresolved: try source.flag(.flag))
  }
}

extension FieldSink {
  mutating func lot(_ lot: LotKey) {
    delta(Int64(lot.availableFrom.number), .lotFrom)
    delta(Int64(lot.expiresOn.number), .lotUntil)
  }

  mutating func lotAmounts(_ amounts: [LotAmount]) {
    list(amounts, .count) { sink, amount in
      sink.id(amount.owner, .member)
      sink.lot(amount.lot)
      sink.int(amount.points.count, .lotPoints)
    }
  }

  mutating func registers(_ registers: [Register]) {
    list(registers, .count) { sink, register in
      sink.text(register.name, .registerName)
      sink.optional(register.value, .flag) { $0.text($1, .registerValue) }
    }
  }
}

extension FieldSource {
  mutating func lot() throws(WireError) -> LotKey {
    let from = try delta(.lotFrom)
    let until = try delta(.lotUntil)
    guard let from = Int32(exactly: from), let until = Int32(exactly: until) else {
      throw .badValue("day out of range")
    }
    return LotKey(availableFrom: Day(from), expiresOn: Day(until))
  }

  mutating func lotAmounts(limit: Int) throws(WireError) -> [LotAmount] {
    try list(.count, limit: limit) { source throws(WireError) in
      let owner: MemberID = try source.id(.member)
      return LotAmount(owner: owner, lot: try source.lot(), points: Points(try source.int(.lotPoints)))
    }
  }

  mutating func registers() throws(WireError) -> [Register] {
    try list(.count, limit: Limits.registers) { source throws(WireError) in
      Register(
        name: try source.text(.registerName),
        value: try source.optional(.flag) { source throws(WireError) in try source.text(.registerValue) })
    }
  }

  mutating func index(_ column: Column) throws(WireError) -> Int {
    let value = try uint(column)
    guard value < UInt64(Limits.saleLines) else { throw .overLimit("\(column): index \(value)") }
    return Int(value)
  }
}
