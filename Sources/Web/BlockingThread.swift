import NIOPosix

/// Runs work that waits for a disk or another machine on a thread kept for that, so that the few threads
/// which serve every request stay free.
public func onBlockingThread<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
  try await NIOThreadPool.singleton.runIfActive(work)
}
