import Foundation
import HTTPTypes
import Hummingbird
import Loyalty
import NIOCore
import NIOHTTP1

extension Request {
  /// The body's bytes; a body above `limit` is refused by its declared length, or as soon as it is passed.
  public func bytes(limit: Int) async throws -> [UInt8] {
    let tooLarge = Problem(
      413, "body_too_large", Words(zh: "内容最多 \(limit) 个字节", en: "the body may have \(limit) bytes"),
      members: ["limitBytes": limit])
    if let declared = headers[.contentLength].flatMap(Int.init), declared > limit { throw tooLarge }
    do {
      return [UInt8](buffer: try await body.collect(upTo: limit))
    } catch is NIOTooManyBytesError {
      throw tooLarge
    } catch let error as HTTPParserError {
      throw error
    } catch {
      // The caller hung up; nobody reads this answer, and it is no incident of ours.
      throw Problem(400, "body_incomplete", Words(zh: "内容没有传完", en: "the body ended early"))
    }
  }

  /// Reads the body as JSON, strictly; see `JSONBody.decode`.
  public func decodeJSON<Value: Codable>(_ type: Value.Type, limit: Int) async throws -> Value {
    try JSONBody.decode(type, from: try await bytes(limit: limit))
  }
}

extension Response {
  /// A JSON answer.
  public static func json(_ value: some Encodable, status: Int = 200) throws -> Response {
    var fields = HTTPFields()
    fields[.contentType] = "application/json"
    let bytes = try JSONBody.encoder.encode(value)
    return Response(
      status: HTTPResponse.Status(code: status), headers: fields,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
