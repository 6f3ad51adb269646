import Foundation
import Terminal

/// Tells the day: each sentence in Chinese, then in English.
struct Narrator: Sendable {
  let style: Style
  /// Between sentences, for somebody who reads along.
  let pauseMs: Int

  func chapter(_ number: Int, _ zh: String, _ en: String) {
    write("\n" + style("━━ \(number)  \(zh) · \(en)", .bold, .cyan))
  }

  func say(_ zh: String, _ en: String) {
    write("  • \(zh)\n    \(style(en, .dim))")
    pause()
  }

  /// Something refused, as it should be.
  func refused(_ zh: String, _ en: String) {
    write("  \(style("✋", .yellow)) \(zh)\n    \(style(en, .dim))")
    pause()
  }

  func waiting(_ text: String) { write(style("    … \(text)", .dim)) }

  func line(_ text: String = "") { write(text) }

  func fault(_ fault: DemoFault) {
    FileHandle.standardError.write(Data("\n\(style("✗", .red)) patron-demo: \(fault.text)\n".utf8))
  }

  // Not print: what is told must be seen at once also through a pipe.
  private func write(_ text: String) { FileHandle.standardOutput.write(Data("\(text)\n".utf8)) }

  private func pause() { if pauseMs > 0 { usleep(UInt32(pauseMs) * 1_000) } }
}
