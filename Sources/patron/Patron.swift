import ArgumentParser
import Foundation

struct Patron: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patron",
    abstract: "The operator's command for a Patron hub. 会员系统运维命令",
    discussion: """
      Every command takes --hub (PATRON_HUB), --token-file (PATRON_TOKEN_FILE, or the token itself in \
      PATRON_TOKEN) and --json. 每个命令都可用 --hub、--token-file 与 --json；也可用上述环境变量设置。

      Exit status 退出状态: 0 done 成功; 1 refused by the hub, or a file has faults 总部拒绝或文件有误; \
      2 bad usage or setting 用法或设置有误;       3 hub not reached 无法连接总部.
      """,
    subcommands: [
      StoresCommand.self, RegionsCommand.self, MembersCommand.self, SegmentsCommand.self, ClassesCommand.self,
      CouponsCommand.self, RulebookCommand.self, SalesCommand.self,
      ExplainCommand.self, TierMovementsCommand.self, LiabilityCommand.self, AllowancesCommand.self,
      ReferralsCommand.self, ReferralValueCommand.self,
      OrdersCommand.self, NightlyCommand.self, StatusCommand.self, ExceptionsCommand.self,
      QuarantineCommand.self, ConflictsCommand.self, DuplicatesCommand.self, AuditCommand.self,
    ])
}

@main
enum Main {
  static func main() {
    do {
      var command = try Patron.parseAsRoot(leadingOptionsLast(Array(CommandLine.arguments.dropFirst())))
      try command.run()
    } catch let failure as Failure {
      leave(failure.text, failure.exitStatus)
    } catch {
      // Help and versions are errors to the parser, too, but of status 0.
      if Patron.exitCode(for: error) == .success {
        print(Patron.fullMessage(for: error))
        exit(0)
      }
      let message = Patron.message(for: error).split(separator: "\n").joined(separator: " ")
      leave("\(message)（patron --help）", 2)
    }
  }

  /// The options of every command may also stand before it: `patron --json stores list`.
  private static func leadingOptionsLast(_ arguments: [String]) -> [String] {
    var rest = arguments[...]
    var leading: [String] = []
    while let next = rest.first {
      let hasValue = ["--hub", "--token-file"].contains(next)
      guard hasValue || next == "--json" || next.hasPrefix("--hub=") || next.hasPrefix("--token-file=") else {
        break
      }
      leading += rest.prefix(hasValue ? 2 : 1)
      rest = rest.dropFirst(hasValue ? 2 : 1)
    }
    let end = rest.firstIndex(of: "--") ?? rest.endIndex
    return Array(rest[..<end]) + leading + Array(rest[end...])
  }

  private static func leave(_ text: String, _ status: Int32) -> Never {
    FileHandle.standardError.write(Data("patron: \(text)\n".utf8))
    exit(status)
  }
}
