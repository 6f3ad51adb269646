import Foundation
import Testing

/// The map in ARCHITECTURE.md, the package's manifest and the import lines say the same.
@Suite struct Map {
  struct Room {
    let target: String
    let folder: String
    let ours: Set<String>
    let others: Set<String>
  }

  let house: House
  let rooms: [Room]

  init() throws {
    house = try House()
    rooms = try house.file("ARCHITECTURE.md").lines.compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 4, cells[1].hasPrefix("`"), cells[1].hasSuffix("`") else { return nil }
      func names(_ cell: String) -> Set<String> {
        Set(cell.components(separatedBy: ", ").filter { $0 != "–" && !$0.isEmpty })
      }
      return Room(
        target: cells[0], folder: cells[1].trimmingCharacters(in: ["`"]), ours: names(cells[2]),
        others: names(cells[3]))
    }
  }

  @Test func `every room of the map is there, and every source is in a room`() {
    #expect(rooms.count > 10, "ARCHITECTURE.md needs its map: a table target | `folder` | ours | others")
    let gone = rooms.map(\.folder).filter { !House.exists($0) }
    #expect(gone.isEmpty, "\(told(gone, "Take these folders out of the map in ARCHITECTURE.md."))")
    let strays = house.swift.map(\.path).filter { path in
      path != "Package.swift" && !path.hasPrefix("Tests/")
        && !rooms.contains { path.hasPrefix($0.folder + "/") }
    }
    #expect(strays.isEmpty, "\(told(strays, "Enter the folders of these into the map in ARCHITECTURE.md."))")
  }

  @Test func `the map says what the manifest says`() throws {
    let manifest = try declared()
    var faults: [String] = []
    for room in rooms {
      guard let target = manifest[room.target] else {
        faults.append("\(room.target): is not in Package.swift")
        continue
      }
      func list(_ names: Set<String>) -> String {
        names.isEmpty ? "–" : names.sorted().joined(separator: ", ")
      }
      if room.ours != target.ours { faults.append("\(room.target): of ours: \(list(target.ours))") }
      if room.others != target.others { faults.append("\(room.target): of others: \(list(target.others))") }
    }
    let known = Set(rooms.map(\.target))
    faults += manifest.keys.filter { !known.contains($0) }.sorted().map { "\($0): is not in the map" }
    #expect(faults.isEmpty, "\(told(faults, "Make the map in ARCHITECTURE.md agree with Package.swift:"))")
  }

  @Test func `a folder imports only what the map allows`() {
    let ours = Set(rooms.map(\.target))
    let toolchain: Set<String> = ["Foundation", "Synchronization", "Dispatch", "Glibc"]
    var faults: [String] = []
    for room in rooms {
      let isCore = Tidiness.cores.contains(room.folder)
      let allowed = room.ours.union(room.others).union(isCore ? ["Foundation"] : toolchain)
      for file in house.files(in: room.folder) where file.path.hasSuffix(".swift") {
        faults += file.imports.subtracting(allowed).sorted().map { module in
          "\(file.path): import \(module)" + (ours.contains(module) ? ", an arrow the map does not have" : "")
        }
      }
    }
    let whatToDo =
      "Move the code to where it belongs, or draw the arrow in ARCHITECTURE.md and Package.swift:"
    #expect(faults.isEmpty, "\(told(faults, whatToDo))")
  }

  @Test func `no arrow of the map points upward`() {
    var above: Set<String> = []
    for room in rooms {
      let upward = room.ours.subtracting(above).sorted()
      #expect(upward.isEmpty, "\(room.target) stands on \(upward), which come later in ARCHITECTURE.md's map")
      above.insert(room.target)
    }
    #expect(rooms.first { $0.folder == "protocol" }?.ours == [], "The protocol stands on nothing of ours.")
  }

  /// Dependencies by target as Package.swift writes them; targets under Tests are left out.
  private func declared() throws -> [String: (ours: Set<String>, others: Set<String>)] {
    let text = try house.file("Package.swift").code.map(\.line).joined(separator: "\n")
    let call = /(module|program|\.target|\.systemLibrary)\(\s*(?:name: )?"([A-Za-z-]+)",([^\[\]]*)/
    let product = /product\(\s*"([A-Za-z0-9]+)",\s*"[^"]+"\)/
    var found: [String: (ours: Set<String>, others: Set<String>)] = [:]
    for match in text.matches(of: call) where !["Seeds", "TestKit", "TestPostgres"].contains(match.2) {
      let hasList = match.1 != ".systemLibrary" && text[match.range.upperBound...].hasPrefix("[")
      let list = hasList ? String(text[match.range.upperBound...].prefix { $0 != "]" }) : ""
      var others = Set(list.matches(of: product).map { String($0.1) })
      if match.1 == "program" { others.insert("ArgumentParser") }
      let ours = list.replacing(product, with: "").matches(of: /"([A-Za-z-]+)"/).map { String($0.1) }
      found[String(match.2)] = (Set(ours), others)
    }
    return found
  }
}
