/// The columns of a message, by number. Numbers are never reused; a reader skips columns it does not know.
enum Column: UInt8, CaseIterable {
  // Counts and shapes.
  case count, flag, kind, limit
  // Entries.
  case seq, hybridTime, businessTime, member, sale, reference, node
  case phone, rulebook, channel, digest, asOf, offline
  case registerName, registerValue
  case lineCount, sku, lineName, category, quantity, gross
  case discountCount, discountKind, discountSource, discountAmount
  case tenderCount, tenderType, tenderAmount, tenderLine, tenderCoupon
  case coupon, lotFrom, lotUntil, lotPoints, earned, balance
  case outcomeCount, outcomeRule, outcomeCode, outcomeAmount, outcomeDistance
  case returnedLine, returnedQuantity, refund, debt
  // Rows of the feed.
  case rowKind, rowKey, effect, fieldCount, tag, valueKind, valueInt, valueText, valueBytes
  // Messages.
  case epoch, hash, hubSeq, hubTime, partition, payload, outcome, reason, version, key, extensions
  // What a sale keeps of its pricing.
  case growth, store, tier, segment, traits, capLeft
  // What else members do, and what stores hold of what is scarce.
  case allowance, allowanceAmount, item, seed
  // Where two sides look for their differences.
  case prefix, symbol

  var index: Int { Int(rawValue) }
}
