import Curl
import Foundation

/// The chain's rules as files, the same that an operator would hand to `patron rulebook publish`.
struct Documents {
  let rulebook: JSONValue
  let coupon: JSONValue

  init(folder: String) throws(DemoFault) {
    rulebook = try Self.read(folder + "/rulebook.json")
    coupon = try Self.read(folder + "/coupon.json")
  }

  private static func read(_ path: String) throws(DemoFault) -> JSONValue {
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw .missing("\(path)（--rules）")
    }
    guard let json = try? JSONValue(parsing: [UInt8](bytes)) else {
      throw .missing("\(path): 不是 JSON is not JSON")
    }
    return json
  }
}
