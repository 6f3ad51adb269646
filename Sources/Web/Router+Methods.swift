import HTTPTypes
import Hummingbird
import Loyalty

extension Router {
  /// Gives each path a 405 for the methods it does not take.
  ///
  /// Hummingbird says 404 for these, which sends people looking for a misspelt path.
  func refuseOtherMethods() {
    let known = Dictionary(grouping: routes) { $0.path.description }
    for (_, descriptions) in known {
      let path = descriptions[0].path
      let taken = descriptions.map(\.method)
      let allowed = taken.map(\.rawValue).sorted().joined(separator: ", ")
      for method in [HTTPRequest.Method.get, .post, .put, .patch, .delete] where !taken.contains(method) {
        on(path, method: method) { (_, _) -> Response in
          throw Problem(
            405, "method_not_allowed", Words(zh: "此路径支持 \(allowed)", en: "this path takes \(allowed)"),
            headers: [(name: "Allow", value: allowed)])
        }
      }
    }
  }
}
