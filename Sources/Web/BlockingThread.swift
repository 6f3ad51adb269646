import NIOPosix

/// Threads for work that waits for a disk or another machine, so that the few threads which serve every
/// request stay free. They live as long as the process.
public struct BlockingThreads: Sendable {
  private let pool: NIOThreadPool

  public init(count: Int) {
    pool = NIOThreadPool(numberOfThreads: count)
    pool.start()
  }

  public func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
    try await pool.runIfActive(work)
  }
}

/// Runs work that waits for a disk on one of the threads that are there for it, as many as cores.
public func onBlockingThread<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
  try await NIOThreadPool.singleton.runIfActive(work)
}
