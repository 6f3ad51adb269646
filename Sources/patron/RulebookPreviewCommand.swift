import ArgumentParser
import Curl
import Dispatch
import Foundation
import RulebookFiles
import Synchronization
import Terminal

struct RulebookPreviewCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preview", abstract: "What a draft would have made of past sales. 用历史小票预演规则草稿",
    discussion: """
      Every sale of the last weeks is priced again by the draft: what it costs, who pays less or more, and \
      whose tier changes. Nothing is published. Ctrl-C cancels. \
      用草稿重算最近几周的每张小票：成本、受益与受损会员、等级变化；不发布任何规则。
      """)

  @Argument(help: "YAML or JSON file. 规则草稿") var draft: String
  @Option(help: "Weeks to look back, 1 to 105. 回看周数") var weeks: Int = 8
  @Option(help: "Write a page with bars to this file. 另存网页报告") var html: String?
  @OptionGroup var options: HubOptions

  func run() throws {
    let document = try WrittenDocument(file: draft)
    try Findings.require(document.rulebook().review, in: draft)
    let hub = try options.connect()
    let started = try hub.post(
      "rulebooks/preview", ["rulebook": document.value, "weeks": .integer(Int64(weeks))])
    let answer = try wait(for: started, at: hub)
    switch answer.state.text {
    case "done": break
    case "cancelled": throw Failure.refused(code: "cancelled", detail: "已取消 cancelled", field: nil)
    default:
      throw Failure.refused(
        code: "preview_failed", detail: "预演未完成 it did not finish: \(answer.fault.text)", field: nil)
    }
    if let html {
      let page = Data(PreviewPage(answer).html.utf8)
      guard FileManager.default.createFile(atPath: html, contents: page) else {
        throw Failure.setting("html", "无法写入 cannot write \(html)")
      }
    }
    try options.show(answer) { PreviewTables(answer).lines }
  }

  private func wait(for started: JSONValue, at hub: HubClient) throws -> JSONValue {
    let path = "rulebooks/preview/" + started.previewId.text
    let interrupt = Interrupt()
    let bar = ProgressBar()
    defer { bar.end() }
    var answer = started
    var isCancelling = false
    while answer.state.text == "running" {
      let (done, total) = (answer.done.integerValue ?? 0, answer.total.integerValue ?? 0)
      bar.show(done, of: total, "张小票 sales\(isCancelling ? "，取消中 cancelling" : "")")
      if interrupt.wasPressed, !isCancelling {
        isCancelling = true
        _ = try hub.delete(path)
      }
      usleep(200_000)
      answer = try hub.get(path)
    }
    return answer
  }
}

/// Ctrl-C, noticed instead of ending the program.
private final class Interrupt: Sendable {
  private let pressed = Mutex(false)
  private nonisolated(unsafe) let source: any DispatchSourceSignal

  init() {
    signal(SIGINT, SIG_IGN)
    source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    source.setEventHandler { [self] in pressed.withLock { $0 = true } }
    source.resume()
  }

  var wasPressed: Bool { pressed.withLock { $0 } }
}
