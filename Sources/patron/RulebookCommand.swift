import ArgumentParser
import Curl
import Loyalty
import RulebookFiles
import Terminal

struct RulebookCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rulebook", abstract: "The chain's rules, version by version. 会员规则",
    subcommands: [
      RulebookList.self, RulebookShow.self, RulebookValidate.self, RulebookDiff.self,
      RulebookPreviewCommand.self, RulebookPublish.self, RulebookHistory.self, RulebookSchema.self,
    ])
}

struct RulebookList: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "All versions; * is the one in force. 规则版本列表（* 为现行）")

  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    let answer = try hub.get("rulebooks")
    let current = options.json ? nil : try Rulebooks.current(of: answer, at: hub)
    try options.show(answer) {
      var table = TextTable([
        ("版本 Version", .trailing), ("生效 Effective from", .leading), ("名称 Name", .leading),
      ])
      for rulebook in answer.rulebooks.elements {
        let mark = rulebook.version == current?.version ? " *" : "  "
        table.add([rulebook.version.text + mark, rulebook.effectiveFrom.text, rulebook.name.words])
      }
      return lines(table)
    }
  }
}

struct RulebookShow: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "One version, or the one in force. 查看规则")

  @Argument(help: "Version; the one in force without. 版本，省略为现行") var version: Int64?
  @OptionGroup var options: HubOptions

  func run() throws {
    let hub = try options.connect()
    let answer = try hub.get("rulebooks")
    let wanted =
      try version.map { version in
        answer.rulebooks.elements.first { $0.version == .integer(version) }
      } ?? Rulebooks.current(of: answer, at: hub)
    guard let wanted else {
      throw Failure.refused(code: "unknown_rulebook", detail: "没有这一版规则 no such version", field: "version")
    }
    try options.show(wanted) { Rulebooks.describe(wanted) }
  }
}

struct RulebookPublish: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "publish", abstract: "Check a rulebook, show what changes, publish it. 发布规则",
    discussion: """
      The file is YAML or JSON (docs/rulebook.md) without a version, which the hub gives. The same \
      rules again publish nothing. 文件为 YAML 或 JSON，版本号由总部给出；内容相同则不发布新版。
      """)

  @Argument(help: "YAML or JSON file. 规则文件") var file: String
  @Flag(help: "Check and show what would change; publish nothing. 只检查，不发布") var dryRun = false
  @OptionGroup var options: HubOptions

  func run() throws {
    let document = try WrittenDocument(file: file)
    // Names every fault with its line at once, where the hub names the first.
    let (rulebook, review) = document.rulebook()
    try Findings.require(review, in: file)
    let hub = try options.connect()
    let known = try hub.get("rulebooks").rulebooks.elements
    let before = known.last ?? .null
    let answer = try hub.post(dryRun ? "rulebooks/check" : "rulebooks", document.value)
    let counted = options.json ? [] : try hub.get("allowances").allowances.elements.map(\.name.text)
    let uncounted = (rulebook?.giftAllowances ?? []).subtracting(counted).sorted()
    try options.show(answer) {
      if answer.version == before.version {
        let version = answer.version.text
        return ["与第 \(version) 版相同，无变化 the same as version \(version), nothing changes"]
      }
      let version = answer.version.text
      let headline =
        dryRun
        ? "检查通过，将发布第 \(version) 版 in order; would become version \(version)"
        : "已发布第 \(version) 版 published as version \(version)"
      return [headline] + Rulebooks.replaced(by: answer, of: known) + Rulebooks.without(stock: uncounted)
        + Comparison(from: before, to: answer).lines.map { "  " + $0 }
    }
  }
}
