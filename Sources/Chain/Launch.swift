import Foundation

/// One start of a program with the pipe that ties its life to ours.
struct Launch {
  let executable: String
  let arguments: [String]
  let environment: [String: String]

  /// Gives the child's pid and our end of the pipe.
  func run(logFile: String) throws(ProcessError) -> (pid: Int32, parentPipe: Int32) {
    var ends: [Int32] = [-1, -1]
    // Close-on-exec from birth: a second child that inherited our end would keep the first one alive. A
    // socket pair is the pipe that can be made so in one step.
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw failure(errno) }
    let log = open(logFile, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard log >= 0 else {
      let reason = errno
      close(ends[0])
      close(ends[1])
      throw failure(reason)
    }
    var pid: Int32 = 0
    let result = spawn(&pid, input: ends[0], output: log)
    close(ends[0])
    close(log)
    guard result == 0 else {
      close(ends[1])
      throw failure(result)
    }
    return (pid, ends[1])
  }

  private func spawn(_ pid: inout Int32, input: Int32, output: Int32) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Our threads may block signals, which a child would inherit; and Ctrl-C at the terminal is for us to
    // pass on in order, so the child has a group of its own.
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
    return withCStrings([executable] + arguments) { argv in
      withCStrings(variables) { envp in posix_spawnp(&pid, executable, &actions, &attributes, argv, envp) }
    }
  }

  private var variables: [String] {
    var all = ProcessInfo.processInfo.environment.merging(environment) { _, given in given }
    all["PATRON_PARENT_PIPE"] = "1"
    return all.map { "\($0)=\($1)" }
  }

  private func failure(_ number: Int32) -> ProcessError {
    .cannotStart(executable, reason: String(cString: strerror(number)))
  }

  private func withCStrings<Value>(
    _ strings: [String], _ use: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Value
  ) -> Value {
    var pointers = strings.map { strdup($0) }
    defer { pointers.forEach { free($0) } }
    pointers.append(nil)
    return pointers.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("the list has at least its end") }
      return use(base)
    }
  }
}
