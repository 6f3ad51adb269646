import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Loyalty
import NIOHTTP1

/// Turns whatever a route throws into a problem, so that no caller ever sees another kind of refusal.
///
/// Add it first: it only covers what is added to the router after it, and the unknown routes.
public struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
  /// The one middleware every server of ours has.
  public init() {}

  public func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let error as HTTPParserError {
      // The connection itself is broken; the server answers this one and closes.
      throw error
    } catch {
      return Self.problem(for: error, request, context.logger).response()
    }
  }

  private static func problem(for error: any Error, _ request: Request, _ logger: Logger) -> Problem {
    switch error {
    case let problem as Problem: problem
    case let convertible as any ProblemConvertible: convertible.problem
    case let refusal as any HTTPResponseError where refusal.status.code < 500:
      Self.problem(status: refusal.status, path: request.uri.path)
    default: incident(error, request, logger)
    }
  }

  private static func problem(status: HTTPResponse.Status, path: String) -> Problem {
    switch status.code {
    case 404: Problem(404, "not_found", Words(zh: "没有此路径", en: "nothing answers to this path"))
    case 405:
      Problem(405, "method_not_allowed", Words(zh: "此路径不支持此方法", en: "this path does not take this method"))
    case 413:
      Problem(413, "body_too_large", Words(zh: "内容超过此路径的上限", en: "the body is larger than this path takes"))
    default:
      Problem(
        status.code, "request_refused", Words(zh: "请求被拒绝（\(status.code)）", en: status.reasonPhrase))
    }
  }

  /// The text of an unforeseen error may hold anything, so only its number leaves the house.
  private static func incident(_ error: any Error, _ request: Request, _ logger: Logger) -> Problem {
    let id = UUID().uuidString.lowercased()
    logger.error(
      "incident",
      metadata: [
        "incident": "\(id)", "error": "\(error)", "method": "\(request.method)",
        "path": "\(request.uri.path)",
      ])
    return Problem(
      500, "internal_error", Words(zh: "服务器未能完成", en: "the server could not do this"),
      hint: Words(zh: "请按 incident 编号查服务器日志", en: "search the server's log for the incident"),
      members: ["incident": id])
  }
}
