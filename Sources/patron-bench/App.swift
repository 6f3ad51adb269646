import ArgumentParser
import Foundation

@main
struct PatronBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patron-bench",
    abstract: "Measures the paths that matter against a ceiling measured in the same run. 性能基准",
    discussion: "Figures of one run on one machine: believe the ratios, not the numbers.")

  @Option(help: "Sales to commit. 提交的销售笔数") var sales = 4_000
  @Option(help: "Lines of each sale. 每笔行数") var lines = 9
  @Flag(help: "Print JSON. 输出 JSON") var json = false

  func validate() throws {
    if !(100...1_000_000).contains(sales) { throw ValidationError("--sales is from 100 to 1000000") }
    if !(1...500).contains(lines) { throw ValidationError("--lines is from 1 to 500") }
  }

  func run() throws {
    let result = Results(
      quotes: [
        QuoteBench(lines: 10, rounds: 2_000, targetP50Us: 250).run(),
        QuoteBench(lines: 500, rounds: 50, targetP50Us: 20_000).run(),
      ], posting: PostingBench(rounds: 5_000).run(),
      journal: try JournalBench(sales: sales, lines: lines).run())
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      print(String(decoding: try encoder.encode(result), as: UTF8.self))
    } else {
      for quote in result.quotes { quote.printTable() }
      result.posting.printTable()
      result.journal.printTable()
    }
  }
}

struct Results: Codable {
  let quotes: [QuoteBench.Result]
  let posting: PostingBench.Result
  let journal: JournalBench.Result
}
