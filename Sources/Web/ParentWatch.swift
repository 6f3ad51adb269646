import Foundation

/// Ends a program together with the one that started it.
///
/// Whoever starts a program for a while (a test, the demo) gives it a pipe as standard input and sets
/// `PATRON_PARENT_PIPE=1`. The kernel closes the pipe however the parent dies, also by SIGKILL. The
/// kernel's own death signal would not do: it follows the thread that forked, not the process.
public enum ParentWatch {
  /// The status a program ends with when it lost its parent.
  public static let exitStatus: Int32 = 113

  /// Starts to watch if the parent asked for it; call it first in `main`.
  public static func install(environment: [String: String] = ProcessInfo.processInfo.environment) {
    guard environment["PATRON_PARENT_PIPE"] == "1" else { return }
    let thread = Thread {
      var byte: UInt8 = 0
      while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count == 0 || (count < 0 && errno != EINTR) { break }
      }
      // No clean-up: this is a power cut in small, and every file must stand that.
      _exit(exitStatus)
    }
    thread.stackSize = 64 << 10
    thread.start()
  }
}

/// The line by which a program tells whoever started it that it serves.
public enum ReadyLine {
  /// Writes `ready http://127.0.0.1:PORT` to standard output, past any buffer.
  public static func announce(port: Int) {
    FileHandle.standardOutput.write(Data("ready http://127.0.0.1:\(port)\n".utf8))
  }
}
