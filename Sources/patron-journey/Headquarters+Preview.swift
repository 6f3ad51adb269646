import Curl
import Foundation
import Journey
import Loyalty
import SyncProtocol

extension Headquarters {
  private struct PreviewOrder: Encodable {
    let rulebook: Rulebook
    let weeks: Int
  }

  /// The chain's rules with a members' day and a lower threshold for gold.
  private static var draft: Rulebook {
    var draft = ChainRules.rulebook
    draft.effectiveFrom = Rulebook.onPublication
    draft.multipliers = [
      Multiplier(id: "members-day", permille: 2000, when: Condition(monthDays: [8, 18, 28], who: .member))
    ]
    draft.tiers?.levels[1] = TierLevel(id: "gold", name: Words(zh: "金卡", en: "Gold"), threshold: 150_000)
    return draft
  }

  private static let weeks = 53

  /// Replays all baskets of the year against a draft, and says in how many seconds it was done.
  func previewSeconds(baskets: Int) throws -> Double {
    let started = Date()
    var progress = try post(
      "/admin/v1/rulebooks/preview", PreviewOrder(rulebook: Self.draft, weeks: Self.weeks))
    let id = progress.previewId.stringValue ?? ""
    while progress.state == "running" {
      Thread.sleep(forTimeInterval: 0.05)
      progress = try get("/admin/v1/rulebooks/preview/\(id)")
    }
    guard progress.state == "done", progress.report.sales.integerValue == Int64(baskets) else {
      throw JourneyFault("the preview of \(baskets) baskets ended as \(progress.state.stringValue ?? "")")
    }
    return Date().timeIntervalSince(started)
  }
}
