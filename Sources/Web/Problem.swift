import Foundation
import HTTPTypes
import Hummingbird
import Loyalty
import NIOCore
import NIOHTTP1

/// A refusal that a program can act on and a person can read (RFC 9457).
public struct Problem: Error, Sendable {
  /// The HTTP status.
  public var status: Int
  /// Stable, snake_case: what programs compare.
  public var code: String
  /// One sentence for people, in both languages; may change.
  public var text: Words
  /// The input it is about, as a path such as `lines[0].quantity`.
  public var field: String?
  /// What to do about it.
  public var hint: Words?
  /// Further members of the problem object, such as the balance that was too small.
  public var members: [String: any Encodable & Sendable]
  /// Headers that go with it, such as `Retry-After`.
  public var headers: [(name: String, value: String)]

  /// A refusal; the rest of its properties can be set afterwards.
  public init(
    _ status: Int, _ code: String, _ text: Words, field: String? = nil, hint: Words? = nil,
    members: [String: any Encodable & Sendable] = [:], headers: [(name: String, value: String)] = []
  ) {
    self.status = status
    self.code = code
    self.text = text
    self.field = field
    self.hint = hint
    self.members = members
    self.headers = headers
  }

  /// A field of the request that is not in order; an empty one is the request as a whole. The reason is one
  /// that `Words(reason:)` knows.
  public static func invalid(_ field: String, _ reason: String, status: Int = 400) -> Problem {
    Problem(
      status, "invalid_field", Words(field: field, reason: reason), field: field.isEmpty ? nil : field)
  }
}

/// A domain error that knows how it looks to an API's caller.
public protocol ProblemConvertible: Error {
  /// The refusal to send.
  var problem: Problem { get }
}

extension Problem: Encodable {
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: FieldName.self)
    for (name, value) in members { try object.encode(value, forKey: FieldName(name)) }
    // The members of our own come last: an extra member must not be able to replace the code.
    try object.encode(HTTPResponseStatus(statusCode: status).reasonPhrase, forKey: FieldName("title"))
    try object.encode(status, forKey: FieldName("status"))
    try object.encode(code, forKey: FieldName("code"))
    try object.encode(text.en, forKey: FieldName("detail"))
    try object.encode(text, forKey: FieldName("text"))
    try object.encodeIfPresent(field, forKey: FieldName("field"))
    try object.encodeIfPresent(hint, forKey: FieldName("hint"))
  }

  private struct FieldName: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// The refusal as it goes on the wire.
  public func response() -> Response {
    // Only a member that cannot be encoded can fail; the refusal is worth more than its ornaments.
    let bytes = (try? JSONBody.encoder.encode(self)) ?? Data(#"{"code":"\#(code)"}"#.utf8)
    var fields = HTTPFields()
    fields[.contentType] = "application/problem+json"
    for header in headers {
      if let name = HTTPField.Name(header.name) { fields[name] = header.value }
    }
    return Response(
      status: HTTPResponse.Status(code: status), headers: fields,
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
