import Foundation

/// Colours, where somebody looks at a terminal; in a file or a pipe, and where NO_COLOR is set, plain text.
public struct Style: Sendable {
  public enum Colour: String, Sendable {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
  }

  private let isOn: Bool

  /// For what is written to `descriptor`.
  public init(
    descriptor: Int32 = STDOUT_FILENO, environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    isOn = isatty(descriptor) == 1 && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }

  public func callAsFunction(_ text: String, _ colours: Colour...) -> String {
    guard isOn, !colours.isEmpty else { return text }
    return "\u{1B}[\(colours.map(\.rawValue).joined(separator: ";"))m\(text)\u{1B}[0m"
  }
}
