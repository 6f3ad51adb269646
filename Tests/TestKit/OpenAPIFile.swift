import Curl
import Foundation
import Yams

/// One of our API files, to hold a running server against.
public struct OpenAPIFile {
  public struct Operation {
    public let id: String
    /// In capitals.
    public let method: String
    /// Such as `/v1/members/{id}`.
    public let path: String
    public let definition: JSONValue
    let shared: JSONValue
    /// What the file says a good answer's status is.
    public let successStatus: Int
  }

  public let document: JSONValue
  public let operations: [Operation]
  private let schemas: JSONSchema

  /// Reads a file of this package by its path from the root.
  public init(_ path: String, file: String = #filePath) throws {
    // Tests/<folder>/<file>: three steps up is the package.
    let root = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    let loaded = try Yams.load(yaml: text, Resolver.default.removing(.timestamp))
    document = Self.json(loaded ?? NSNull())
    schemas = JSONSchema(document: document)
    var operations: [Operation] = []
    for (path, item) in document.paths.members.sorted(by: { $0.key < $1.key }) {
      for (method, definition) in item.members where method != "parameters" {
        let statuses = definition.responses.members.keys.compactMap { Int($0) }
        operations.append(
          Operation(
            id: definition.operationId.stringValue ?? "", method: method.uppercased(), path: path,
            definition: definition, shared: item.parameters,
            successStatus: statuses.first { $0 < 300 } ?? 0))
      }
    }
    self.operations = operations
  }

  /// Nil for a name that the file does not have.
  public func operation(_ id: String) -> Operation? { operations.first { $0.id == id } }

  /// Each operation as `GET /v1/members/{}`, to compare with a router's.
  public var routes: Set<String> { Set(operations.map { "\($0.method) \(Self.plain($0.path))" }) }

  static func plain(_ path: String) -> String {
    let parts = path.split(separator: "/").map { part in
      part.hasPrefix(":") || part.hasPrefix("{") ? "{}" : String(part)
    }
    return "/" + parts.joined(separator: "/")
  }

  /// The request of the file's own examples: path, query and body.
  public func example(_ operation: Operation) -> (path: String, body: JSONValue?) {
    var path = operation.path
    var query: [String] = []
    for parameter in operation.shared.elements + operation.definition.parameters.elements {
      let parameter = dereferenced(parameter)
      guard let name = parameter.name.stringValue, let example = parameter.example.stringValue else {
        continue
      }
      switch parameter["in"].stringValue {
      case "path": path = path.replacing("{\(name)}", with: example)
      case "query": query.append("\(name)=\(APIClient.percentEncoded(example))")
      default: break
      }
    }
    if !query.isEmpty { path += "?" + query.joined(separator: "&") }
    let body = operation.definition.requestBody.content["application/json"].example
    return (path, body.isNull ? Optional.none : body)
  }

  /// What does not fit the file in an answer, and in the request that it accepted; empty when all does.
  public func complaints(
    _ operation: Operation, sent body: JSONValue?, got response: HTTPResponse
  ) -> [String] {
    var definition = operation.definition.responses["\(response.status)"]
    if definition.isNull { return ["\(operation.id): status \(response.status) is not in the file"] }
    definition = dereferenced(definition)
    var found: [String] = []
    let content = definition.content
    if content.isNull {
      if !response.body.isEmpty { found.append("\(operation.id): a body where the file has none") }
    } else {
      let type = String((response.header("content-type") ?? "none").prefix { $0 != ";" })
      let schema = content[type].schema
      if schema.isNull {
        found.append("\(operation.id): \(type) is not in the file")
      } else if type.hasSuffix("json") {
        let value = (try? JSONValue(parsing: response.body)) ?? .null
        found += schemas.complaints(value, schema).map { "\(operation.id) \(response.status): \($0)" }
      }
    }
    if let body, response.status < 300 {
      let schema = operation.definition.requestBody.content["application/json"].schema
      found += schemas.complaints(body, schema).map { "\(operation.id) request: \($0)" }
    }
    return found
  }

  private func dereferenced(_ value: JSONValue) -> JSONValue {
    value["$ref"].stringValue.flatMap { schemas.resolved($0) } ?? value
  }

  private static func json(_ value: Any) -> JSONValue {
    switch value {
    case let text as String: .string(text)
    case let truth as Bool: .bool(truth)
    case let number as Int: .integer(Int64(number))
    case let number as Double: .decimal("\(number)")
    case let values as [Any]: .array(values.map { json($0) })
    case let members as [AnyHashable: Any]:
      .object(Dictionary(uniqueKeysWithValues: members.map { ("\($0.key)", json($0.value)) }))
    default: .null
    }
  }
}
