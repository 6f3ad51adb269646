import Crypto
import SyncProtocol

/// Tells a repeated request from another one under the same id (law P3): the first eight bytes of the SHA-256
/// of the request's parts, each with its length, so that no two requests read the same.
struct RequestDigest {
  private var bytes: [UInt8] = []

  mutating func add(_ text: String?) {
    guard let text else { return bytes.append(0) }
    bytes.append(1)
    add(Int64(text.utf8.count))
    bytes.append(contentsOf: text.utf8)
  }

  mutating func add(_ number: Int64?) {
    guard let number else { return bytes.append(0) }
    bytes.append(1)
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  mutating func add<Kind>(_ id: ID<Kind>?) {
    add(id.map { Int64(bitPattern: $0.high) })
    add(id.map { Int64(bitPattern: $0.low) })
  }

  mutating func add<Element>(_ list: [Element]?, _ part: (inout RequestDigest, Element) -> Void) {
    add(list.map { Int64($0.count) })
    for element in list ?? [] { part(&self, element) }
  }

  var value: UInt64 { SHA256.hash(data: bytes).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
}

extension SaleRequest {
  public var digest: UInt64 {
    var digest = RequestDigest()
    digest.add(saleId)
    digest.add(memberId)
    digest.add(phone)
    digest.add(businessTime?.ms)
    digest.add(lines) { digest, line in
      digest.add(line.sku)
      digest.add(line.name)
      digest.add(line.category)
      digest.add(line.quantity.milli)
      digest.add(line.unitPrice?.minor)
      digest.add(line.amount?.minor)
      digest.add(line.discounts) { digest, discount in
        digest.add(discount.kind)
        digest.add(discount.amount.minor)
      }
    }
    digest.add(coupons) { $0.add($1) }
    digest.add(points?.count)
    digest.add(tenders) { digest, tender in
      digest.add(tender.type)
      digest.add(tender.amount.minor)
      digest.add(tender.line.map { Int64($0) })
    }
    digest.add(toPay?.minor)
    digest.add(channel)
    digest.add(cash.map { $0 ? 1 : 0 })
    // Requests without one have the digest that journals keep from before there were locks.
    if let lock { digest.add(lock) }
    return digest.value
  }
}

extension EnrolmentRequest {
  public var digest: UInt64 {
    var digest = RequestDigest()
    digest.add(memberId)
    for text in [name, phone, card, birthday, channel, referrer] { digest.add(text) }
    digest.add(businessTime?.ms)
    digest.add(attributes?.sorted { $0.key < $1.key }) { digest, attribute in
      digest.add(attribute.key)
      digest.add(attribute.value)
    }
    return digest.value
  }
}

extension ReturnRequest {
  public var digest: UInt64 {
    var digest = RequestDigest()
    digest.add(returnId)
    digest.add(saleId)
    digest.add(businessTime?.ms)
    digest.add(lines) { digest, line in
      digest.add(Int64(line.line))
      digest.add(line.quantity.milli)
    }
    digest.add(refund?.minor)
    return digest.value
  }
}
