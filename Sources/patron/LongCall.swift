import Curl
import Foundation
import Synchronization

/// A call to the hub that takes long, on a thread of its own: meanwhile the hub can be asked how far it is.
final class LongCall: Sendable {
  private let result = Mutex<Result<JSONValue, any Error>?>(nil)

  init(_ call: @escaping @Sendable () throws -> JSONValue) {
    Thread.detachNewThread { [self] in
      let result = Result { try call() }
      self.result.withLock { $0 = result }
    }
  }

  /// Nil while it is under way.
  var answer: Result<JSONValue, any Error>? { result.withLock { $0 } }
}
