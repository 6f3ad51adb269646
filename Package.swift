// swift-tools-version:6.2
import PackageDescription

// Targets stand in dependency order; each arrow here is an arrow of ARCHITECTURE.md.
// PATRON_CORE=1 leaves only the pure targets, so that `make core` builds and tests them in seconds.
let coreOnly = Context.environment["PATRON_CORE"] == "1"

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
  // A tenth less time for the year of `make journey`: one module's generics specialised in another.
  .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

func product(_ name: String, _ package: String) -> Target.Dependency {
  .product(name: name, package: package)
}

func module(_ name: String, _ path: String, _ dependencies: [Target.Dependency], exclude: [String] = [])
  -> Target
{
  .target(name: name, dependencies: dependencies, path: path, exclude: exclude, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies + [product("ArgumentParser", "swift-argument-parser")],
    path: "Sources/\(name)", swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: strict)
}

// Pure: no disk, no network, no clock, no randomness.
let core: [Target] = [
  module("SyncProtocol", "protocol", [product("Crypto", "swift-crypto")], exclude: ["SPEC.md"]),
  module("Loyalty", "Sources/Loyalty", ["SyncProtocol"]),
  module("AgentCore", "agent/Core", ["Loyalty", "SyncProtocol", product("Crypto", "swift-crypto")]),
  module("ServerCore", "server/Core", ["Loyalty", "SyncProtocol"]),
  .target(name: "Seeds", path: "Tests/Seeds", swiftSettings: strict),
  tests("SyncProtocolTests", ["SyncProtocol", "Seeds"]),
  tests("LoyaltyTests", ["Loyalty", "SyncProtocol", "Seeds"]),
  tests("CoreTests", ["AgentCore", "ServerCore", "Loyalty", "SyncProtocol", "Seeds"]),
]

// The rules of the house, read off the sources: they need nothing built.
let house: [Target] = [tests("Tidy", [])]

// The C doors and the rooms that touch the world.
let edges: [Target] = [
  .systemLibrary(
    name: "CCurl", path: "Sources/CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
  .systemLibrary(
    name: "CZstd", path: "Sources/CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
  .systemLibrary(
    name: "CPostgres", path: "Sources/CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
  .target(name: "CCurlShim", dependencies: ["CCurl"], path: "Sources/CCurlShim"),
  module("Compression", "Sources/Compression", ["CZstd"]),
  module("Curl", "Sources/Curl", ["CCurl", "CCurlShim"]),
  module("Storage", "Sources/Storage", [product("GRDB", "GRDB.swift"), product("GRDBSQLite", "GRDB.swift")]),
  module("Postgres", "Sources/Postgres", ["CPostgres", "Storage"]),
  module(
    "Web", "Sources/Web",
    [
      "Loyalty", "SyncProtocol",
      product("Hummingbird", "hummingbird"), product("HummingbirdCore", "hummingbird"),
      product("HTTPTypes", "swift-http-types"), product("NIOCore", "swift-nio"),
      product("NIOHTTP1", "swift-nio"),
      product("NIOPosix", "swift-nio"),
      product("Logging", "swift-log"), product("ServiceLifecycle", "swift-service-lifecycle"),
    ]),
  module(
    "AgentIO", "agent/IO",
    [
      "AgentCore", "Loyalty", "SyncProtocol", "Storage", "Compression", "Curl", "Web",
      product("GRDB", "GRDB.swift"), product("Hummingbird", "hummingbird"),
      product("HTTPTypes", "swift-http-types"), product("Crypto", "swift-crypto"),
      product("Logging", "swift-log"), product("ServiceLifecycle", "swift-service-lifecycle"),
    ], exclude: ["openapi.yaml"]),
  module(
    "ServerStorage", "server/Storage",
    [
      "ServerCore", "Loyalty", "SyncProtocol", "Storage", "Postgres", "Compression",
      product("Crypto", "swift-crypto"),
    ]),
  module(
    "ServerHTTP", "server/HTTP",
    [
      "ServerStorage", "ServerCore", "Loyalty", "SyncProtocol", "Compression", "Web",
      product("Hummingbird", "hummingbird"), product("HTTPTypes", "swift-http-types"),
      product("NIOCore", "swift-nio"), product("Logging", "swift-log"),
      product("ServiceLifecycle", "swift-service-lifecycle"),
    ], exclude: ["openapi.yaml"]),
  module("Journey", "Sources/Journey", []),
  module("Terminal", "Sources/Terminal", []),
  module(
    "RulebookFiles", "Sources/RulebookFiles", ["Curl", "Loyalty", "SyncProtocol", product("Yams", "Yams")]),
  module("Chain", "Sources/Chain", [product("NIOCore", "swift-nio"), product("NIOPosix", "swift-nio")]),
]

let programs: [Target] = [
  program("patron-hub", ["ServerHTTP", "ServerStorage", "Storage", "Web", product("Logging", "swift-log")]),
  program(
    "patron-agent",
    ["AgentIO", "Curl", "Storage", "SyncProtocol", "Web", product("Logging", "swift-log")]),
  program("patron", ["Curl", "Terminal", "RulebookFiles", "Loyalty", "SyncProtocol"]),
  program("patron-demo", ["Chain", "Curl", "Terminal"]),
  program(
    "patron-journey",
    ["Journey", "AgentIO", "AgentCore", "Chain", "Curl", "Loyalty", "Storage", "SyncProtocol", "Web"]),
  program(
    "patron-bench",
    [
      "AgentIO", "AgentCore", "Chain", "Curl", "Loyalty", "SyncProtocol", "Storage",
      product("GRDB", "GRDB.swift"),
    ]),
  .target(
    name: "TestPostgres", dependencies: ["Chain", "Postgres", "Storage"], path: "Tests/TestPostgres",
    swiftSettings: strict),
  .target(
    name: "TestKit",
    dependencies: [
      "AgentIO", "AgentCore", "ServerHTTP", "ServerStorage", "ServerCore", "Loyalty", "SyncProtocol",
      "Storage", "Compression", "Web", "Chain", "Curl", "Seeds", "TestPostgres", product("Yams", "Yams"),
      product("GRDB", "GRDB.swift"), product("Hummingbird", "hummingbird"), product("Logging", "swift-log"),
    ],
    path: "Tests/TestKit",
    swiftSettings: strict),
  tests(
    "EdgeTests",
    [
      "Compression", "Curl", "Loyalty", "Storage", "Web", "Chain", product("Hummingbird", "hummingbird"),
      product("GRDB", "GRDB.swift"), product("Logging", "swift-log"),
    ]),
  tests(
    "PostgresTests",
    ["Postgres", "ServerStorage", "Storage", "Chain", "Seeds", "TestKit", "TestPostgres"]),
  tests("JourneyTests", ["Chain", "Journey"]),
  tests("RulebookTests", ["RulebookFiles", "Chain", "Curl", "Loyalty", "SyncProtocol", "Seeds", "TestKit"]),
  tests(
    "AgentTests",
    [
      "AgentIO", "AgentCore", "ServerStorage", "ServerHTTP", "Loyalty", "SyncProtocol", "Storage", "Web",
      "Chain", "TestKit", "Seeds", "Curl", product("Hummingbird", "hummingbird"),
      product("GRDB", "GRDB.swift"),
    ]),
  tests(
    "ServerTests",
    [
      "ServerHTTP", "ServerStorage", "ServerCore", "AgentIO", "AgentCore", "Loyalty", "SyncProtocol",
      "Compression", "Storage", "Chain", "TestKit", "Seeds", "Curl", product("GRDB", "GRDB.swift"),
    ]),
  tests(
    "Scenarios",
    [
      "TestKit", "Seeds", "AgentIO", "AgentCore", "ServerHTTP", "ServerStorage", "Chain", "Curl", "Loyalty",
      "SyncProtocol", product("GRDB", "GRDB.swift"),
    ]),
]

let coreDependencies: [Package.Dependency] = [
  .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.2")
]
let edgeDependencies: [Package.Dependency] = [
  .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
  .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1"),
  .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.2"),
  .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.2"),
  .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
  .package(url: "https://github.com/apple/swift-log.git", from: "1.16.2"),
  .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
  .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.2"),
]

let package = Package(
  name: "patron",
  dependencies: coreDependencies + (coreOnly ? [] : edgeDependencies),
  targets: core + house + (coreOnly ? [] : edges + programs),
  swiftLanguageModes: [.v6])
