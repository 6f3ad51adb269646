import Loyalty
import SyncProtocol

/// Why a till's request was not carried out. Nothing has been written when one of these is thrown.
/// Codes are stable; the table of them with their HTTP status is `TillFault.status`.
public enum TillFault: Error, Hashable, Sendable {
  case invalid(field: String, reason: String)
  case unknownMember
  case unknownSale
  case unknownOrder
  /// It is too long ago, or the agent has restarted since.
  case unknownQuote
  case unknownCoupon(String)
  case alreadyMember(MemberID)
  /// The same id came before with another body (law P3).
  case conflictingRepeat
  /// A coupon or points could not be given as asked; the outcome says why.
  case refused(RuleOutcome)
  case priceDiffers(asked: Money, toPay: Money)
  case tenderShort(toPay: Money, tendered: Money)
  case alreadyReturned
  case tooMuchReturned(line: Int, left: Quantity)
  case voidTooLate
  /// The agent has never reached its hub and does not know the chain's keys.
  case notEnrolled
  case journalUnavailable(String)
  case diskFull

  public var code: String {
    switch self {
    case .invalid: "invalid_field"
    case .unknownMember: "unknown_member"
    case .unknownSale: "unknown_sale"
    case .unknownOrder: "unknown_order"
    case .unknownQuote: "unknown_quote"
    case .unknownCoupon: "unknown_coupon"
    case .alreadyMember: "already_member"
    case .conflictingRepeat: "conflicting_repeat"
    case .refused(let outcome): outcome.code
    case .priceDiffers: "price_differs"
    case .tenderShort: "tender_short"
    case .alreadyReturned: "already_returned"
    case .tooMuchReturned: "too_much_returned"
    case .voidTooLate: "void_too_late"
    case .notEnrolled: "agent_not_enrolled"
    case .journalUnavailable, .diskFull: "journal_unavailable"
    }
  }

  public var status: Int {
    switch self {
    case .invalid: 400
    case .unknownMember, .unknownSale, .unknownOrder, .unknownQuote: 404
    case .unknownCoupon, .tenderShort, .tooMuchReturned: 422
    case .alreadyMember, .conflictingRepeat, .refused, .priceDiffers, .alreadyReturned, .voidTooLate: 409
    case .notEnrolled: 503
    case .journalUnavailable, .diskFull: 507
    }
  }

  /// What happened, for the person at the till.
  public var words: Words {
    switch self {
    case .invalid(let field, let reason): Words(field: field, reason: reason)
    case .unknownMember: Words(zh: "没有找到会员", en: "No such member")
    case .unknownSale: Words(zh: "本店没有这笔销售", en: "This store has no such sale")
    case .unknownQuote: Words(zh: "试算已过期，请重新试算", en: "This quote is no longer known; ask for another")
    case .unknownOrder: Words(zh: "本店没有这笔兑换订单", en: "This store has no such order")
    case .unknownCoupon(let code): Words(zh: "没有找到优惠券 \(code)", en: "No such coupon: \(code)")
    case .alreadyMember: Words(zh: "该手机号或卡号已是会员", en: "This phone or card already belongs to a member")
    case .conflictingRepeat:
      Words(zh: "相同编号的请求内容不同，未作处理", en: "The same id came before with different content; nothing was done")
    case .refused(let outcome): outcome.words(currency: "CNY")
    case .priceDiffers(let asked, let toPay):
      Words(
        zh: "应付 \(toPay.minor) 分，收银机为 \(asked.minor) 分",
        en: "To pay \(toPay.minor), the till said \(asked.minor)")
    case .tenderShort(let toPay, let tendered):
      Words(
        zh: "应付 \(toPay.minor) 分，仅收 \(tendered.minor) 分",
        en: "To pay \(toPay.minor), tendered \(tendered.minor)")
    case .alreadyReturned: Words(zh: "该笔销售已全部退货", en: "Everything of this sale has been returned")
    case .tooMuchReturned(let line, let left):
      Words(
        zh: "第 \(line + 1) 行最多还可退 \(left.text)", en: "Line \(line + 1): \(left.text) left to return")
    case .voidTooLate:
      Words(zh: "只能在当日作废，请办理退货", en: "A sale is voided on its own day; make a return instead")
    case .notEnrolled:
      Words(zh: "门店代理尚未与总部连接过", en: "The agent has not reached its hub yet and cannot take members or sales")
    case .journalUnavailable(let reason):
      Words(
        zh: "流水无法写入，本次未作处理；请检查数据盘与权限（\(reason)）",
        en:
          "The journal cannot be written and nothing was done; check the data disk and its rights (\(reason))"
      )
    case .diskFull:
      Words(
        zh: "磁盘已满，流水无法写入，本次未作处理；请清理收银服务的数据盘后重试",
        en: "The disk is full: the journal cannot be written and nothing was done; "
          + "free space on the agent's data disk and try again")
    }
  }
}
