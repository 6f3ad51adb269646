import ArgumentParser
import Foundation
import Terminal

@main
struct PatronDemo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patron-demo",
    abstract: "A day in a chain of three shops, with two of their lines cut. 三家门店的一天，其中两家断网",
    discussion: """
      Starts a real hub and three real store agents on free ports of this machine, tells the day step by \
      step, and compares at the end what headquarters and every store know. It stays up until Ctrl-C. \
      在本机空闲端口上启动一个总部和三个门店代理，逐步讲述一天的经过，最后核对总部与各门店的数据；按 Ctrl-C 结束。
      """)

  @Flag(help: "Leave when the day is over: status 0 when everything agreed, else 1. 演示结束即退出")
  var exit = false
  @Option(help: "Folder of rulebook.json and coupon.json. 演示规则目录") var rules = "deploy/demo"
  @Option(help: "Folder of patron-hub and patron-agent (beside this program). 程序目录") var programs: String?

  func run() throws {
    let narrator = Narrator(style: Style(), pauseMs: exit || isatty(STDOUT_FILENO) == 0 ? 0 : 250)
    let interruption = Interruption()
    do {
      let documents = try Documents(folder: rules)
      let stage = try Stage(programs: programs ?? Stage.ownFolder)
      interruption.atEnd { stage.stop() }
      let waiting = Waiting(narrator: narrator)
      var story = try Story(stage: stage, documents: documents, narrator: narrator, waiting: waiting)
      let verdict = try story.tell()
      verdict.print(narrator, story.hub, story.shops)
      let status: Int32 = verdict.differences.isEmpty ? 0 : 1
      if !exit { interruption.wait(narrator, status: status) }
      stage.stop()
      throw ExitCode(status)
    } catch let fault as DemoFault {
      interruption.yieldToSignal()
      narrator.fault(fault)
      throw ExitCode(fault.exitStatus)
    }
  }
}
