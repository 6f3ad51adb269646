import Foundation

/// Waits for conditions, never for a time; says what it waits for when that takes a while.
struct Waiting {
  /// How a condition stands: come true, or what is still missing.
  enum Look<Value> {
    case done(Value)
    case pending(String)
  }

  let narrator: Narrator
  var limitSeconds = 60

  func until<Value>(_ what: String, _ look: () throws -> Look<Value>) throws -> Value {
    let started = ContinuousClock.now
    var told = ""
    var toldAt = started
    while true {
      switch try look() {
      case .done(let value): return value
      case .pending(let missing):
        let now = ContinuousClock.now
        if now - started > .seconds(limitSeconds) { throw DemoFault.timedOut("\(what): \(missing)") }
        if missing != told, now - toldAt > .milliseconds(500) {
          narrator.waiting("\(what): \(missing)")
          (told, toldAt) = (missing, now)
        }
        usleep(30_000)
      }
    }
  }
}
