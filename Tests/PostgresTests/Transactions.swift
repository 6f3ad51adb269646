import Seeds
import Storage

/// What a body of a transaction does, in a random order: most of it in vain.
indirect enum Step {
  case insert(String)
  case raise(String, by: Int)
  case read(String)
  case insertMany([String])
  case level([Step], caught: Bool)
  case refuse

  /// Does the steps and tells what it heard. A fault of what is not waited for may be heard later, but never
  /// at another level.
  static func play(_ steps: [Step], on db: any SQLConnection, _ told: inout [String], depth: Int) throws {
    for step in steps { try step.play(on: db, &told, depth: depth) }
  }

  func play(on db: any SQLConnection, _ told: inout [String], depth: Int) throws {
    switch self {
    case .insert(let key): try db.run("INSERT INTO u (k) VALUES (?)", [key])
    case .raise(let key, let count):
      told.append("\(try db.change("UPDATE u SET n = n + ? WHERE k = ?", [count, key]))")
    case .read(let key):
      told.append(try db.rows("SELECT n FROM u WHERE k = ?", [key]).map { "\($0[0] as Int)" }.joined())
    case .insertMany(let keys): told.append("\(try db.insert(into: "u", ["k"], keys.map { [$0] }))")
    case .level(let steps, let isCaught):
      var isEntered = false
      do {
        try db.savepoint("level\(depth)") {
          isEntered = true
          try Step.play(steps, on: db, &told, depth: depth + 1)
        }
        told.append("level \(depth)")
      } catch {
        // A fault from before may be told instead of a beginning; whoever swallows it hears it again.
        if isEntered { told.append("level \(depth) undone") }
        if !isCaught { throw error }
      }
    case .refuse: throw Refusal()
    }
  }
}

struct Transactions: RandomSamples {
  var random: SplitMix64

  init(_ random: SplitMix64) { self.random = random }

  mutating func transaction() -> Step { .level(steps(depth: 2), caught: flag()) }

  private mutating func steps(depth: Int) -> [Step] { list(0...5) { $0.step(depth: depth) } }

  private mutating func step(depth: Int) -> Step {
    switch number(0...9) {
    case 0...3: .insert(key())
    case 4: .raise(key(), by: Int(number(1...9)))
    case 5: .read(key())
    case 6: .insertMany(list(1...6) { $0.key() })
    case 7 where number(0...2) == 0: .refuse
    default: depth > 4 ? .read(key()) : .level(steps(depth: depth + 1), caught: number(0...3) > 0)
    }
  }

  private mutating func key() -> String { "k\(number(0...9))" }
}
