// The same messages as JSON, for people and for programs that would rather not speak the binary form.
// Names are the ones of the types; ids are UUIDs, hashes hexadecimal, times RFC 3339.

extension EntryBody: Codable {
  private enum Keys: String, CodingKey {
    case enrolment, profile, sale, saleReturn, checkIn, release, order, orderClose, participation, prize
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    guard let key = container.allKeys.first, container.allKeys.count == 1 else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "an entry has exactly one body"))
    }
    switch key {
    case .enrolment: self = .enrolment(try container.decode(Enrolment.self, forKey: key))
    case .profile: self = .profile(try container.decode(ProfileChange.self, forKey: key))
    case .sale: self = .sale(try container.decode(Sale.self, forKey: key))
    case .saleReturn: self = .saleReturn(try container.decode(SaleReturn.self, forKey: key))
    case .checkIn: self = .checkIn(try container.decode(CheckIn.self, forKey: key))
    case .release: self = .release(try container.decode(Release.self, forKey: key))
    case .order: self = .order(try container.decode(PlacedOrder.self, forKey: key))
    case .orderClose: self = .orderClose(try container.decode(ClosedOrder.self, forKey: key))
    case .participation: self = .participation(try container.decode(Participation.self, forKey: key))
    case .prize: self = .prize(try container.decode(PrizeDrawn.self, forKey: key))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    switch self {
    case .enrolment(let enrolment): try container.encode(enrolment, forKey: .enrolment)
    case .profile(let change): try container.encode(change, forKey: .profile)
    case .sale(let sale): try container.encode(sale, forKey: .sale)
    case .saleReturn(let back): try container.encode(back, forKey: .saleReturn)
    case .checkIn(let checkIn): try container.encode(checkIn, forKey: .checkIn)
    case .release(let release): try container.encode(release, forKey: .release)
    case .order(let order): try container.encode(order, forKey: .order)
    case .orderClose(let close): try container.encode(close, forKey: .orderClose)
    case .participation(let part): try container.encode(part, forKey: .participation)
    case .prize(let prize): try container.encode(prize, forKey: .prize)
    }
  }
}

extension PushRequest {
  private enum Keys: String, CodingKey { case epoch, firstSeq, previousHash, entries, chainHash }

  /// JSON enters by the same door as the binary form: what that would refuse is refused here too, and the
  /// entries' positions follow from the first.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    self.init(
      epoch: try container.decode(Int64.self, forKey: .epoch),
      firstSeq: try container.decode(JournalSeq.self, forKey: .firstSeq),
      previousHash: try container.decode(ChainHash.self, forKey: .previousHash),
      entries: try container.decode([Entry].self, forKey: .entries),
      chainHash: try container.decode(ChainHash.self, forKey: .chainHash))
    guard try PushRequest(wireBytes: wireBytes) == self else {
      throw WireError.badValue("entries out of order")
    }
  }
}

extension ClaimRequest {
  private enum Keys: String, CodingKey { case cursor, points, coupons, allowances }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    self.init(
      cursor: try container.decode(Cursor.self, forKey: .cursor),
      points: try container.decode([PointsClaim].self, forKey: .points),
      coupons: try container.decode([CouponID].self, forKey: .coupons),
      allowances: try container.decodeIfPresent([AllowanceUse].self, forKey: .allowances) ?? [])
    _ = try ClaimRequest(wireBytes: wireBytes)
  }
}

extension ChainHash: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let bytes = Hex.bytes(try container.decode(String.self)), let hash = ChainHash(bytes: bytes) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a hash is 64 hexadecimal digits")
    }
    self = hash
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Hex.text(bytes))
  }
}

extension PartitionDigest: Codable {
  private enum Keys: String, CodingKey { case count, sum }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    guard let sum = UInt128(try container.decode(String.self, forKey: .sum), radix: 16) else {
      throw DecodingError.dataCorruptedError(
        forKey: .sum, in: container, debugDescription: "a digest is up to 32 hexadecimal digits")
    }
    self.init(count: try container.decode(UInt64.self, forKey: .count), sum: sum)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(count, forKey: .count)
    try container.encode(String(sum, radix: 16), forKey: .sum)
  }
}

extension FieldValue: Codable {
  private enum Keys: String, CodingKey { case int, text, bytes }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    if let value = try container.decodeIfPresent(Int64.self, forKey: .int) {
      self = .int(value)
    } else if let value = try container.decodeIfPresent(String.self, forKey: .text) {
      self = .text(value)
    } else if let value = Hex.bytes(try container.decode(String.self, forKey: .bytes)) {
      self = .bytes(value)
    } else {
      throw DecodingError.dataCorruptedError(
        forKey: .bytes, in: container, debugDescription: "not hexadecimal")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    switch self {
    case .int(let value): try container.encode(value, forKey: .int)
    case .text(let value): try container.encode(value, forKey: .text)
    case .bytes(let value): try container.encode(Hex.text(value), forKey: .bytes)
    }
  }
}

extension RowChange: Codable {
  private enum Keys: String, CodingKey { case kind, key, effect, fields }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    guard let bytes = Hex.bytes(try container.decode(String.self, forKey: .key)) else {
      throw DecodingError.dataCorruptedError(forKey: .key, in: container, debugDescription: "not hexadecimal")
    }
    guard let effect = Effect(rawValue: try container.decode(UInt8.self, forKey: .effect)) else {
      throw DecodingError.dataCorruptedError(forKey: .effect, in: container, debugDescription: "0, 1 or 2")
    }
    self.init(
      key: RowKey(kind: try container.decode(RowKind.self, forKey: .kind), bytes: bytes), effect: effect,
      fields: try container.decode([FieldChange].self, forKey: .fields))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(key.kind, forKey: .kind)
    try container.encode(Hex.text(key.bytes), forKey: .key)
    try container.encode(effect.rawValue, forKey: .effect)
    try container.encode(fields, forKey: .fields)
  }
}

/// A page with its sections opened, as JSON shows it.
public struct OpenedPage: Hashable, Sendable, Codable {
  public let logEpoch: Int64
  public let from: HubSeq
  public let to: HubSeq
  public let head: HubSeq
  public let hubTime: Timestamp
  public let sections: [Section]

  public struct Section: Hashable, Sendable, Codable {
    public let partition: Partition
    public let body: SectionBody
  }

  /// `open` turns a section's compressed payload into the bytes of its body.
  public init(_ page: PullPage, open: ([UInt8]) throws -> [UInt8]) throws {
    (logEpoch, from, to, head, hubTime) = (page.logEpoch, page.from, page.to, page.head, page.hubTime)
    sections = try page.sections.map {
      Section(partition: $0.partition, body: try SectionBody(wireBytes: try open($0.payload)))
    }
  }
}
