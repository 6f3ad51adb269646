import Hummingbird

extension OpenAPIFile {
  /// A router's operations, as `GET /v1/members/{}`.
  public static func routes<Context>(of router: Router<Context>) -> Set<String> {
    Set(router.routes.map { "\($0.method.rawValue) \(plain($0.path.description))" })
  }
}
