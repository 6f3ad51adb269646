extension LotBalance {
  func encode(to sink: inout RowSink) {
    sink.lot(lot)
    sink.int(remainder.count, .lotPoints)
  }

  init(from source: inout RowSource) throws(WireError) {
    self.init(lot: try source.lot(), remainder: Points(try source.int(.lotPoints)))
  }
}

extension MonthSum {
  /// Without returns and growth a month is its number, its spend and its sales.
  func encode(to sink: inout RowSink) {
    sink.int(Int64(month), .count)
    sink.int(spend.minor, .gross)
    sink.int(grossSpend.minor &- spend.minor, .gross)
    sink.int(count, .count)
    sink.int(growth, .growth)
  }

  init(from source: inout RowSource) throws(WireError) {
    guard let month = Int32(exactly: try source.int(.count)) else { throw .badValue("month out of range") }
    let spend = try source.int(.gross)
    self.init(
      month: month, spend: Money(spend), grossSpend: Money(spend &+ (try source.int(.gross))),
      count: try source.int(.count), growth: try source.int(.growth))
  }
}

extension TierFloor {
  func encode(to sink: inout RowSink) {
    sink.text(level, .tier)
    sink.int(Int64(from.number), .lotFrom)
    sink.int(Int64(until.number), .lotUntil)
  }

  init(from source: inout RowSource) throws(WireError) {
    self.init(
      level: try source.text(.tier), from: Day(Int32(clamping: try source.int(.lotFrom))),
      until: Day(Int32(clamping: try source.int(.lotUntil))))
  }
}

extension DayEarned {
  func encode(to sink: inout RowSink) {
    sink.int(Int64(day.number), .lotFrom)
    sink.int(points.count, .earned)
  }

  init(from source: inout RowSource) throws(WireError) {
    self.init(day: Day(Int32(clamping: try source.int(.lotFrom))), points: Points(try source.int(.earned)))
  }
}

extension CheckInState {
  func encode(to sink: inout RowSink) {
    sink.optional(last, .flag) { $0.int(Int64($1.number), .lotFrom) }
    sink.int(Int64(run), .count)
    sink.int(monthPoints.count, .earned)
  }

  init(from source: inout RowSource) throws(WireError) {
    self.init(
      last: try source.optional(.flag) { source throws(WireError) in
        Day(Int32(clamping: try source.int(.lotFrom)))
      },
      run: Int(clamping: try source.int(.count)), monthPoints: Points(try source.int(.earned)))
  }
}

extension UseCount {
  func encode(to sink: inout RowSink) {
    sink.text(name, .item)
    sink.int(total, .count)
    sink.int(Int64(day.number), .lotFrom)
    sink.int(today, .count)
  }

  init(from source: inout RowSource) throws(WireError) {
    self.init(
      name: try source.text(.item), total: try source.int(.count),
      day: Day(Int32(clamping: try source.int(.lotFrom))), today: try source.int(.count))
  }
}

extension BoughtMembership {
  func encode(to sink: inout RowSink) {
    sink.id(sale, .sale)
    sink.int(Int64(line), .tenderLine)
    sink.int(time.ms, .businessTime)
    sink.text(level, .tier)
    sink.optional(months, .flag) { $0.int(Int64($1), .count) }
    sink.optional(days, .flag) { $0.int(Int64($1), .count) }
    sink.int(quantity.milli, .quantity)
    sink.list(returns, .count) { sink, back in
      sink.id(back.id, .reference)
      sink.int(back.time.ms, .businessTime)
      sink.int(back.quantity.milli, .returnedQuantity)
    }
  }

  init(from source: inout RowSource) throws(WireError) {
    self.init(
      sale: try source.id(.sale), line: Int(clamping: try source.int(.tenderLine)),
      time: Timestamp(ms: try source.int(.businessTime)), level: try source.text(.tier),
      months: try source.optional(.flag) { source throws(WireError) in Int(clamping: try source.int(.count))
      },
      days: try source.optional(.flag) { source throws(WireError) in Int(clamping: try source.int(.count)) },
      quantity: Quantity(milli: try source.int(.quantity)),
      returns: try source.list(.count, limit: Limits.saleLines) { source throws(WireError) in
        Returned(
          id: try source.id(.reference), time: Timestamp(ms: try source.int(.businessTime)),
          quantity: Quantity(milli: try source.int(.returnedQuantity)))
      })
  }
}
