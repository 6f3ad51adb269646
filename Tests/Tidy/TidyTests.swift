import Foundation
import Testing

/// The rules of the house that a program can check. CONTRIBUTING.md says them in words.
@Suite struct Tidiness {
  let house: House

  init() throws { house = try House() }

  @Test func `files are short enough to be read at one sitting`() {
    let long = house.swift.filter { $0.lines.count > ($0.isTest ? 600 : 400) }
    let faults = long.map { "\($0.path): \($0.lines.count) lines" }
    #expect(faults.isEmpty, "\(told(faults, "Divide these: a file ends at 400 lines, a test at 600."))")
    let lengths = house.swift.filter { !$0.isTest }.map(\.lines.count).sorted()
    let median = lengths[lengths.count / 2]
    print("tidy: \(lengths.count) source files, median \(median) lines, longest \(lengths.last ?? 0)")
    #expect(median <= 100, "The median file has \(median) lines: give each concept its own file again.")
  }

  @Test func `lines fit on a screen`() {
    let programs = house.files.filter { file in
      [".swift", ".py", ".c", ".h"].contains { file.path.hasSuffix($0) }
        || ["Makefile", ".ci/run", "deploy/bootstrap", "deploy/journey/fetch"].contains(file.path)
    }
    let faults = programs.flatMap { file in
      file.lines.enumerated().filter { $0.element.count > 110 }.map { "\(file.path):\($0.offset + 1)" }
    }
    #expect(faults.isEmpty, "\(told(faults, "Break these lines: they have more than 110 columns."))")
  }

  @Test func `nothing crashes where it could say what is wrong`() {
    let words = ["try!", "as!", "fatal" + "Error("]
    let faults = house.swift.filter { !$0.isTest }.flatMap { $0.places(of: words) }
    #expect(faults.isEmpty, "\(told(faults, "Throw an error, or state a precondition and why it holds."))")
  }

  static let cores = ["protocol", "agent/Core", "server/Core", "Sources/Loyalty"]

  @Test(arguments: cores) func `a core has no clock, no chance and no outside world`(folder: String) {
    let words = [
      "Date()", "Date.now", "UUID()", "DispatchTime", "ContinuousClock", "SuspendingClock", "clock_gettime",
      "random(", "randomElement(", "shuffled()", "shuffle()", "SystemRandomNumberGenerator",
      "Task.", "Task {", "async", "await", "DispatchQueue", "Thread", "Mutex",
      "socket(", "URLSession", "FileManager", "FileHandle", "ProcessInfo", "Process(", "getenv(", "print(",
    ]
    let files = house.files(in: folder).filter { $0.path.hasSuffix(".swift") }
    #expect(!files.isEmpty, "\(folder) has no sources: correct the list in Tests/Tidy")
    let faults = files.flatMap { $0.places(of: words) }
    #expect(faults.isEmpty, "\(told(faults, "Take these as parameters: a core only decides."))")
  }

  @Test func `nothing was left for later`() {
    // Put together here, so that this file does not find itself.
    let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK", "not imple" + "mented"]
    let faults = house.files.flatMap { file in
      file.lines.enumerated().flatMap { index, line in
        marks.filter { line.mentions($0) }.map { "\(file.path):\(index + 1): \($0)" }
      }
    }
    #expect(faults.isEmpty, "\(told(faults, "Do it, or describe it in an issue and take the mark away."))")
  }

  @Test(arguments: ["Sources/patron-hub", "Sources/patron-agent"])
  func `a program only puts parts together`(folder: String) {
    let long = house.files(in: folder).filter { $0.lines.count > 100 }
    let faults = long.map { "\($0.path): \($0.lines.count) lines" }
    #expect(faults.isEmpty, "\(told(faults, "Move what decides or acts into a library: 100 lines a file."))")
  }
}
