import SyncProtocol

/// Where a coupon stands at a moment 券状态: what somebody asks who wants to use it.
public enum CouponStanding: Hashable, Sendable {
  /// A code that no member has yet.
  case unclaimed
  /// Free: the first till that asks for it with its line up gets it.
  case free
  /// Usable at the one store that holds it (law C1).
  case heldBy(store: String)
  /// Redeemed with headquarters' word only, for which that store has asked.
  case askedFor(by: String)
  case notYet(from: Timestamp)
  case redeemed(store: String?)
  case expired
  case voided
  case transferred

  public var isUsable: Bool {
    switch self {
    case .free, .heldBy, .askedFor: true
    default: false
    }
  }

  /// Why it can be used, or why not; `boundTo` is the one store for which it was issued.
  public func words(utcOffsetMinutes: Int, boundTo: String? = nil) -> Words {
    switch self {
    case .unclaimed: return Words(zh: "尚未被会员领取", en: "No member has claimed it yet")
    case .free:
      let place = boundTo.map { (zh: "门店 \($0) ", en: "store \($0)") } ?? (zh: "任一联网门店", en: "any store")
      return Words(zh: "可用：由总部保管，\(place.zh)可用", en: "Usable at \(place.en) while its line is up")
    case .heldBy(let store):
      return Words(zh: "可用：由门店 \(store) 保管，断网也可核销", en: "Usable at \(store), which holds it, line or no line")
    case .askedFor(let store):
      return Words(
        zh: "可用：门店 \(store) 已向总部领取，须联网核销",
        en: "Usable at \(store), which has asked for it, while its line is up")
    case .notYet(let from):
      let begin = TermsClock(utcOffsetMinutes: utcOffsetMinutes, year: nil).begin(from)
      return Words(zh: "\(begin.zh)起可用", en: "Usable from \(begin.en)")
    case .redeemed(let store):
      return store.map { Words(zh: "已在门店 \($0) 核销", en: "Redeemed at \($0)") }
        ?? Words(zh: "已核销", en: "Redeemed")
    case .expired: return Words(zh: "已过期", en: "Expired")
    case .voided: return Words(zh: "已作废", en: "Voided")
    case .transferred: return Words(zh: "已转赠，新券另有券码", en: "Handed on; the new coupon has a code of its own")
    }
  }
}

/// What happened to a coupon 券履历.
public struct CouponEvent: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
    case issued
    /// A member brought its code.
    case claimed
    /// A store holds it from now on.
    case granted
    /// The store gave it back.
    case released
    case redeemed
    /// Redeemed where it was not to be redeemed; kept for a person to see (law C1).
    case redeemedAgain
    /// The sale that used it came back.
    case reversed
    case transferred
    /// It was made for the receiver of a transfer.
    case received
    case voided
    /// The void was undone.
    case restored
    case expired
  }

  public let kind: Kind
  public let store: String?
  public let reason: String?
  /// Who did it at headquarters.
  public let actor: String?

  public init(kind: Kind, store: String? = nil, reason: String? = nil, actor: String? = nil) {
    self.kind = kind
    self.store = store
    self.reason = reason
    self.actor = actor
  }

  public var words: Words {
    let what = what
    let zh = [reason.map { "：\($0)" }, actor.map { "（经办人 \($0)）" }].compactMap { $0 }.joined()
    let en = [reason.map { ": \($0)" }, actor.map { " (by \($0))" }].compactMap { $0 }.joined()
    return Words(zh: what.zh + zh, en: what.en + en)
  }

  private var what: Words {
    let (zh, en) = (store.map { "门店 \($0) " } ?? "门店", store ?? "a store")
    return switch kind {
    case .issued: Words(zh: "发放", en: "Issued")
    case .claimed: Words(zh: "会员凭券码领取", en: "Claimed by its code")
    case .granted: Words(zh: "交由\(zh)保管", en: "Held by \(en)")
    case .released: Words(zh: "\(zh)归还总部", en: "Given back by \(en)")
    case .redeemed: Words(zh: "在\(zh)核销", en: "Redeemed at \(en)")
    case .redeemedAgain: Words(zh: "在\(zh)重复核销，待处理", en: "Redeemed again at \(en), for somebody to look at")
    case .reversed: Words(zh: "在\(zh)退货，券恢复可用", en: "Sale returned at \(en), so it may be used again")
    case .transferred: Words(zh: "转赠给其他会员", en: "Handed on to another member")
    case .received: Words(zh: "由其他会员转赠", en: "Handed on by another member")
    case .voided: Words(zh: "作废", en: "Voided")
    case .restored: Words(zh: "撤销作废", en: "Void undone")
    case .expired: Words(zh: "过期", en: "Expired")
    }
  }
}

extension CouponIssueFault {
  /// For an operator.
  public var words: Words {
    switch self {
    case .stateChange(let from, let to):
      Words(
        zh: "券模板不能由 \(from.rawValue) 变为 \(to.rawValue)", en: "A template does not go from \(from) to \(to)")
    case .notActive(let state):
      Words(zh: "券模板状态为 \(state.rawValue)，不能发券", en: "The template is \(state), so nothing is issued")
    case .count: Words(zh: "发放数量不在范围内", en: "There is nothing to issue, or too much at once")
    case .outOfStock(let left): Words(zh: "券库存不足，剩 \(left) 张", en: "Only \(left) are left")
    case .memberLimit(let left):
      Words(zh: "会员已达限领数，还可领 \(left) 张", en: "The member has had as many as there may be; \(left) left")
    case .expired: Words(zh: "券已过有效期，不能发放", en: "What would be issued could not be used any more")
    }
  }
}

extension CouponLifeFault {
  /// For an operator or a member.
  public var words: Words {
    switch self {
    case .lockedByOther: Words(zh: "此券已被占用", en: "The coupon is locked")
    case .lockInThePast: Words(zh: "占用时间已过", en: "The lock would be over already")
    case .notLocked: Words(zh: "此券未被占用", en: "The coupon is not locked")
    case .redeemed: Words(zh: "此券已核销", en: "The coupon has been used")
    case .notRedeemed: Words(zh: "此券尚未核销", en: "The coupon has not been used")
    case .redeemedByOther: Words(zh: "此券由另一单核销", en: "Another sale used the coupon")
    case .reversed: Words(zh: "此券的销售已退", en: "The sale that used the coupon came back")
    case .notReversed: Words(zh: "此券没有退回", en: "The coupon did not come back")
    case .expired: Words(zh: "此券已过期", en: "The coupon has expired")
    case .voided: Words(zh: "此券已作废", en: "The coupon has been voided")
    case .transferred: Words(zh: "此券已转赠", en: "The coupon has been handed on")
    case .notTransferable: Words(zh: "此券不可转赠", en: "The coupon cannot be handed on")
    }
  }
}
