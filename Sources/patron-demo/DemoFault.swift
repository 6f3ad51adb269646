import Chain
import Curl

/// Why the day could not be told to its end.
enum DemoFault: Error {
  /// Something this program needs is not there.
  case missing(String)
  /// A program did not start.
  case process(String, ProcessError)
  /// A till or headquarters was refused something that should have been done.
  case call(String, APIError)
  /// What came back is not what the story says.
  case unexpected(String)
  /// A condition did not come true in time.
  case timedOut(String)

  var exitStatus: Int32 { if case .missing = self { 2 } else { 1 } }

  var text: String {
    switch self {
    case .missing(let what): "缺少 missing: \(what)"
    case .process(let name, let error): "\(name) 无法启动 does not start: \(error)"
    case .call(let what, .problem(let status, let code, let detail, let field)):
      "\(what) 被拒绝 refused: \(status) \(code) \(detail)\(field.map { " (\($0))" } ?? "")"
    case .call(let what, let error): "\(what): \(error)"
    case .unexpected(let what): "与预期不符 not as expected: \(what)"
    case .timedOut(let what): "等待超时 waited too long for: \(what)"
    }
  }
}
