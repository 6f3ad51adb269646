import Curl

/// Why a command did not do what was asked, with the status it ends with.
enum Failure: Error {
  /// The hub understood and said no.
  case refused(code: String, detail: String, field: String?)
  /// A file is not in order.
  case faults(String)
  /// A setting is missing or wrong.
  case setting(String, String)
  /// The hub gave no answer, or something answered that is no hub.
  case unreachable(String, String)

  init(_ error: APIError, hub: String) {
    switch error {
    case .problem(_, let code, let detail, let field):
      self = .refused(code: code, detail: detail, field: field)
    case .unexpected(let status, _):
      self = .unreachable(hub, "有应答但不是总部（\(status)）something answers that is not a hub")
    case .transport(.timedOut): self = .unreachable(hub, "超时 no answer in time")
    case .transport(.unreachable(let why)), .transport(.failed(let why)): self = .unreachable(hub, why)
    case .transport(.responseTooLarge):
      self = .unreachable(hub, "应答过大 the answer is larger than a hub's")
    }
  }

  var exitStatus: Int32 {
    switch self {
    case .refused, .faults: 1
    case .setting: 2
    case .unreachable: 3
    }
  }

  var text: String {
    switch self {
    case .refused(let code, let detail, let field):
      "总部拒绝 refused: \(code) — \(detail)"
        // What is wrong with a field begins with its name already.
        + (field.map { detail.contains($0) ? "" : " (\($0))" } ?? "")
    case .faults(let what): what
    case .setting(let name, let why): "设置 setting \(name): \(why)"
    case .unreachable(let hub, let why): "无法连接总部 hub not reached at \(hub): \(why)"
    }
  }
}
