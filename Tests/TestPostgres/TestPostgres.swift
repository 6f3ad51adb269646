import Chain
import Foundation
import Postgres
import Storage
import Synchronization

/// A PostgreSQL server for this test process: made with the first database that is asked for, gone with the
/// process, however that ends.
public final class TestPostgres: Sendable {
  /// The one of this process.
  public static let shared = Result { try TestPostgres() }

  /// A port of 127.0.0.1.
  public let port: Int
  private let folder: TemporaryFolder
  private let keeper: ManagedProcess
  private let number = Atomic(0)

  private init() throws {
    folder = try TemporaryFolder("patron-pg")
    // The server is another user's when this is root's.
    try FileManager.default.setAttributes([.posixPermissions: 0o711], ofItemAtPath: folder.path)
    keeper = try ManagedProcess(
      "/bin/sh", ["-c", Self.keeping, "sh", folder.path], logFile: folder.file("log"))
    let url = try keeper.waitUntilReady(timeoutMs: 60_000)
    guard let port = url.split(separator: ":").last.flatMap({ Int($0) }) else {
      throw ProcessError.notReady(log: url)
    }
    self.port = port
  }

  /// A fresh database, a copy of `template`, to which nobody may be connected meanwhile.
  public func database(like template: String = "template1") throws -> TestDatabase {
    let name = "test\(number.add(1, ordering: .relaxed).newValue)"
    try admin("CREATE DATABASE \(name) TEMPLATE \(template)")
    return TestDatabase(name, self)
  }

  /// For a database of this server over its socket, which is faster than a port.
  func address(_ database: String) -> String {
    "host=\(folder.path)/run port=\(port) user=patron dbname=\(database)"
  }

  /// For a database of this server over the loopback network.
  func url(_ database: String, port: Int? = nil) -> String {
    "postgresql://patron@127.0.0.1:\(port ?? self.port)/\(database)"
  }

  func admin(_ sql: String) throws {
    try PostgresPool(PostgresOptions(address("postgres"))).withSession { try $0.run(sql) }
  }

  /// Makes a server, says where it is, and stays until the pipe from the test process closes, which it does
  /// however that process ends. Nothing of it is worth a flush of the disk. A port may be taken by somebody
  /// else between the choice and the start, so several are tried.
  private static let keeping = """
    set -eu
    folder=$1
    bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    if [ -n "$bin" ]; then PATH=$bin:$PATH; fi
    as=
    mkdir "$folder/data" "$folder/run"
    if [ "$(id -u)" -eq 0 ]; then
      user=postgres
      id -u "$user" >/dev/null 2>&1 || user=nobody
      chown "$user" "$folder/data" "$folder/run"
      as="setpriv --reuid=$user --regid=$(id -g "$user") --clear-groups"
    fi
    cd "$folder/data"
    $as initdb -D "$folder/data" -U patron -A trust -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions >&2
    cat >>"$folder/data/postgresql.conf" <<CONF
    listen_addresses = '127.0.0.1'
    unix_socket_directories = '$folder/run'
    max_connections = 1000
    fsync = off
    full_page_writes = off
    CONF
    for attempt in 1 2 3 4 5 6 7 8 9 10; do
      port=$((20000 + ($$ * 7919 + attempt * 104729) % 12000))
      if $as pg_ctl -D "$folder/data" -w -s -o "-p $port" -l "$folder/run/server.log" start </dev/null >&2
      then
        echo "ready http://127.0.0.1:$port"
        cat >/dev/null
        $as pg_ctl -D "$folder/data" -m immediate -s stop </dev/null >&2 || true
        cd /
        rm -rf "$folder"
        exit 0
      fi
    done
    exit 1
    """
}

/// A database that goes with the last reference to it.
public final class TestDatabase: Sendable {
  /// Its name at the server, for `like:`.
  public let name: String
  private let server: TestPostgres

  fileprivate init(_ name: String, _ server: TestPostgres) {
    self.name = name
    self.server = server
  }

  deinit { try? server.admin("DROP DATABASE IF EXISTS \(name) WITH (FORCE)") }

  /// Over the server's socket, as a hub is told it.
  public var address: String { server.address(name) }

  /// Over the server's socket.
  public var options: PostgresOptions { PostgresOptions(server.address(name)) }

  /// Over the network; `port` is that of a line to the server, which can be cut.
  public func options(port: Int? = nil) -> PostgresOptions { PostgresOptions(server.url(name, port: port)) }

  /// Of the server, for a line to it.
  public var port: Int { server.port }
}
