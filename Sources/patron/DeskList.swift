import ArgumentParser
import Curl
import Foundation
import SyncProtocol
import Terminal

/// How a list of the desk is asked for, the same for each: which store, which days, which state, and whether
/// a table or a file is wanted.
struct DeskListOptions: ParsableArguments {
  @Option(help: "Only what this store has to do with. 门店编号") var store: String?
  @Option(help: "The first business day. 起始营业日") var from: String?
  @Option(help: "The last business day. 截至营业日") var to: String?
  @Option(help: "Where the last page ended. 下一页") var cursor: String?
  @Option(help: "Write all of it as CSV into this file. 全部导出为 CSV 文件") var csv: String?

  func validate() throws {
    for day in [from, to].compactMap({ $0 }) where Day(day) == nil {
      throw ValidationError("日期写作 days are written 2026-11-22")
    }
  }
}

/// A list of the desk: a page as a table, or all pages as a file.
struct DeskList {
  let path: String
  var query: [(String, String?)] = []
  let columns: [(header: String, alignment: TextTable.Alignment)]
  /// A row's cells, as many as there are columns.
  let cells: (JSONValue) -> [String]

  func run(_ list: DeskListOptions, _ options: HubOptions) throws {
    let hub = try options.connect()
    var given = query + [("store", list.store), ("from", list.from), ("to", list.to)]
    given.append(("cursor", list.cursor))
    var answer = try hub.get(path, given)
    guard let file = list.csv else {
      return try options.show(answer) {
        var table = TextTable(columns)
        for row in answer.rows.elements { table.add(cells(row)) }
        let next = answer.nextCursor.text
        return lines(table) + (next.isEmpty ? [] : ["", "下一页 next page: --cursor \(next)"])
      }
    }
    let output = try CSVFile(file)
    try output.write(columns.map(\.header))
    var count = 0
    while true {
      for row in answer.rows.elements { try output.write(cells(row)) }
      count += answer.rows.elements.count
      guard let next = answer.nextCursor.stringValue else { break }
      given[given.count - 1] = ("cursor", next)
      answer = try hub.get(path, given)
    }
    try options.show(["rows": .integer(Int64(count)), "file": .string(file)]) {
      ["已导出 \(count) 行 \(count) rows written: \(file)"]
    }
  }
}

/// A table for a spreadsheet, written row by row: in UTF-8 with the mark by which spreadsheets know it.
final class CSVFile {
  private let handle: FileHandle

  init(_ path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: Data([0xEF, 0xBB, 0xBF])),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw Failure.setting("csv", "无法写入 cannot write \(path)") }
    handle.seekToEndOfFile()
    self.handle = handle
  }

  deinit { handle.closeFile() }

  func write(_ cells: [String]) throws {
    let line = cells.map(Self.quoted).joined(separator: ",") + "\r\n"
    do { try handle.write(contentsOf: Data(line.utf8)) } catch {
      throw Failure.setting("csv", "无法写入 cannot be written")
    }
  }

  /// A name that begins like a formula must not become one in somebody's spreadsheet.
  private static func quoted(_ cell: String) -> String {
    let isFormula = cell.first.map { "=+-@\t\r".contains($0) } ?? false
    let text = isFormula && Int64(cell) == nil ? "'" + cell : cell
    guard text.contains(where: { ",\"\r\n".contains($0) || $0.isNewline }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}

/// What every decision of the desk says.
enum Reason {
  static func require(_ reason: String) throws {
    guard !reason.allSatisfy(\.isWhitespace) else {
      throw ValidationError("--reason 不能为空 --reason says why")
    }
  }
}
