extension Words {
  /// Why something is refused, from the English, numbers and ids left open; where nobody has translated it,
  /// in English twice.
  public init(reason: String) { self.init(zh: Self.chinese(for: reason) ?? reason, en: reason) }

  /// Why a field of a request is refused; an empty one is the request as a whole.
  public init(field: String, reason: String) {
    let why = Words(reason: reason)
    self =
      field.isEmpty
      ? Words(zh: "请求不正确：\(why.zh)", en: "The request \(why.en)")
      : Words(zh: "字段 \(field) 不正确：\(why.zh)", en: "\(field): \(why.en)")
  }

  /// A reason in Chinese; nil for one that is not known here.
  static func chinese(for reason: String) -> String? {
    let open = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]+(?:\.[0-9]+)?/
    let parts = reason.matches(of: open).map(\.output)
    let key = reason.replacing(open, with: "#")
    guard var text = rulebookReasons[key] ?? requestReasons[key] ?? entryReasons[key] else {
      // The rest names something, and reads alike in both languages.
      return entryBeginnings.first { reason.hasPrefix($0.key) }.map {
        $0.value + reason.dropFirst($0.key.count)
      }
    }
    for part in parts {
      guard let place = text.firstIndex(of: "#") else { break }
      text.replaceSubrange(place...place, with: part)
    }
    return text
  }

  /// Of documents: rulebooks and coupon templates.
  static let rulebookReasons = [
    "and prices have different ids": "与特价的编号不能重复",
    "are asked for when a coupon is issued to its member": "人群在发券时判断，不写在条款里",
    "are at most #": "最多 # 项",
    "are from # to #": "应为 # 到 #",
    "are from #:# to #:#": "应在 #:# 到 #:# 之间",
    "are tiers of this rulebook": "应为本规则的等级",
    "are with prices at most #": "与特价合计最多 # 项",
    "asks for at most # segments": "最多用到 # 个人群",
    "begin and end at different times": "起止时刻不能相同；全天则不写",
    "come to at most # together": "倍数合计不超过 #",
    "give more as they rise": "档位越高优惠应越大",
    "gives away no more than there is": "份额合计不超过 1000",
    "has # to # bytes": "应有 # 到 # 个字节",
    "has # to # characters": "应有 # 到 # 个字符",
    "has # to # characters in each language": "每种语言应有 # 到 # 个字符",
    "has at least one step": "至少一档",
    "has at most #": "最多 # 项",
    "has at most # characters": "最多 # 个字符",
    "has bonuses to repeat": "没有连续签到奖励，无从重新计",
    "has names of # to # bytes": "名称应有 # 到 # 个字节",
    "has shares from # to #": "份额应为 # 到 #",
    "have # to # characters in each language": "每种语言应有 # 到 # 个字符",
    "have different ids": "编号不能重复",
    "have different skus": "商品编号不能重复",
    "have names of # to # bytes": "名称应有 # 到 # 个字节",
    "have one discount and one accelerator at most": "等级价与积分加速最多各一项",
    "is # where levels are paid": "付费等级应为 #",
    "is # where nobody falls": "不降级时应为 #",
    "is #, this kind of coupon has no money in it": "此类券不含金额，应为 #",
    "is a day of the month": "该月没有这一天",
    "is a level of this rulebook": "应为本规则的等级",
    "is a multiple of step": "应为 step 的整数倍",
    "is a pay rate from # to #": "付几成应为 # 到 #",
    "is a price, from #": "价格不小于 #",
    "is a three-letter code": "应为三个字母",
    "is after from": "应晚于 from",
    "is after validFrom": "应晚于 validFrom",
    "is an amount of money above nothing": "金额须大于零",
    "is for a gift": "仅用于赠品券",
    "is held or online where there is no money to weigh": "不含金额的券无从计量风险，应为 held 或 online",
    "is held where points pay nothing": "积分不可抵扣时应为 held",
    "is there where a rule asks for a class": "有规则用到会员分类（class/…）时须填写",
    "is there where anything is risked": "有风险时须填写上限",
    "is for money; a gift is counted by its stock": "预算只用于减钱的活动；赠品按库存计",
    "is from # to #": "应为 # 到 #",
    "is from # to ten trillion yuan": "应为 # 到十万亿元",
    "is from # to the threshold": "应为 # 到门槛",
    "is immediate where levels are paid": "付费等级应为 immediate",
    "is immediate where no period ends": "终身累计应为 immediate",
    "is left out where levels are paid": "付费等级不写",
    "is more than newDays": "应大于 newDays",
    "is at most #": "最多 #",
    "is an earlier one over again, for the same members at overlapping times": "与前面的一条重复，对象相同、时间重叠",
    "has a price of the same kind already, for the same members at overlapping times":
      "同类价格已有一条，对象相同、时间重叠",
    "stands before the rule that leaves nothing to it": "应排在把它全部覆盖的规则之前",
    "name at least one, or are left out": "至少写一个，或不写",
    "is there where a draw gives on average as many points as it takes": "平均给出的积分不少于所用积分（含免费抽奖）时必填",
    "is more than nothing": "须大于零",
    "is more than nothing and no more than spend": "须大于零且不大于 spend",
    "is never where no period ends": "终身累计应为 never",
    "is no later than that of when": "须写，且不晚于 when 的 until",
    "is no other rule's id": "不能与其他规则的编号相同",
    "is not negative": "不能为负，也不能过大",
    "is no part of when": "须有 when 之外的时候或会员，否则无作用",
    "is one of promotionGroups": "应为 promotionGroups 之一",
    "is there where an item is free": "免费商品须写每会员限兑",
    "is recompute where levels are paid": "付费等级应为 recompute",
    "is within # hours of UTC": "与 UTC 相差不超过 # 小时",
    "name a class that there is after class/": "class/ 之后应为 new、potential、loyal 或 dormant",
    "name at least one article": "至少一种商品",
    "names each number once": "数字不能重复",
    "names some members, stores or channels": "须限定部分会员、门店或渠道",
    "or birthday is there": "与 birthday 至少有一项",
    "or days is there, and not both": "与 days 须有且只有一项",
    "or giftSku is there, and not both": "与 giftSku 须有且只有一项",
    "or growth is more than nothing": "与 growth 至少有一项大于零",
    "or refereeReward is there": "与 refereeReward 至少有一项",
    "or template is there": "与 template 至少有一项",
    "rise": "各档应递增",
    "rise in days": "天数应递增",
    "rise in threshold": "门槛应递增",
    "stands alone: checkInPoints is # beside it": "不能与 checkInPoints 并用，后者应为 #",
    "stands before the rule that covers everything": "应排在适用全部商品的规则之前",
    "stays below ten million yuan": "应低于一千万元",
    "takes off something, and no more than was spent": "须大于零且不超过满额",
  ]
}
