import Chain
import Foundation
import Testing
import Web

@Suite struct SettingsTests {
  @Test func `a flag wins over the environment, that over the file, that over the default`() throws {
    let folder = try TemporaryFolder()
    try #"{"store_name":"file","port":1,"a":"file","b":"file","fast":true}"#
      .write(toFile: folder.file("c.json"), atomically: true, encoding: .utf8)
    let settings = try Settings(
      flags: ["a": "flag", "b": nil], environment: ["PATRON_A": "env", "PATRON_B": "env"],
      file: folder.file("c.json"))
    #expect(try settings.string("a", default: "default") == "flag")
    #expect(try settings.string("b", default: "default") == "env")
    #expect(try settings.string("store-name", default: "default") == "file")
    #expect(try settings.string("nowhere", default: "default") == "default")
    #expect(try settings.int("port", in: 0...65_535) == 1)
    #expect(try settings.bool("fast", default: false))
  }

  @Test func `a bad value is one line that names the setting`() throws {
    let settings = try Settings(flags: ["port": "80000", "fast": "maybe", "name": ""], environment: [:])
    #expect(throws: SettingError("port", "must be a whole number from 0 to 65535")) {
      try settings.int("port", in: 0...65_535)
    }
    #expect(throws: SettingError("fast", "must be true or false")) {
      try settings.bool("fast", default: true)
    }
    #expect(throws: SettingError("name", "is empty")) { try settings.string("name") }
    #expect(throws: SettingError("data", "is required")) { try settings.path("data") }
    #expect("\(SettingError("data", "is required"))" == "设置 setting data: 必填 is required")
  }

  @Test func `a bad value ends the program with status 2 and its line on standard error`() async throws {
    let result = await #expect(processExitsWith: .exitCode(2), observing: [\.standardErrorContent]) {
      let settings = try Settings(flags: [:], environment: ["PATRON_PORT": "x"])
      _ = Settings.orExit { () throws(SettingError) in try settings.int("port", in: 1...9) }
    }
    #expect(
      result?.standardErrorContent
        == Array(
          "设置 setting port: 应为 1 到 9 的整数 must be a whole number from 1 to 9\n".utf8))
  }

  @Test func `a configuration file that cannot be read is refused`() throws {
    #expect(throws: SettingError("config", "无法读取 cannot read /nowhere.json")) {
      try Settings(environment: [:], file: "/nowhere.json")
    }
  }
}
