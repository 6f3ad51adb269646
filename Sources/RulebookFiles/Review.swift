import Curl
import Foundation
import Loyalty
import SyncProtocol

/// What a look at a written document found, before anybody publishes it 检查结果.
public struct Review: Sendable {
  public struct Finding: Hashable, Sendable {
    /// Nil for the document itself.
    public let line: Int?
    public let path: String
    /// What the field is called in Chinese.
    public let label: String
    public let words: Words
  }

  /// What has to be put right.
  public internal(set) var faults: [Finding] = []

  /// From the top of the file down.
  fileprivate mutating func sort() {
    faults.sort { $0.line ?? 0 < $1.line ?? 0 }
  }
}

extension WrittenDocument {
  /// Everything wrong with the document as a rulebook, and the rulebook where it can be read.
  public func rulebook() -> (rulebook: Rulebook?, review: Review) {
    var (rulebook, review) = read(as: .rulebook) { try Rulebook.decode($0) }
    if let rulebook {
      review.faults += findings(rulebook.faults(), .rulebook, besides: review.faults)
    }
    if rulebook?.version ?? 0 > 0 {
      review.faults.append(
        Review.Finding(
          line: line(of: "version"), path: "version", label: Form.rulebook.label(of: "version"),
          words: Words(zh: "发布时由总部编排，草稿不写", en: "is given when it is published")))
    }
    review.sort()
    return (rulebook, review)
  }

  /// Everything wrong with the document as a coupon template's terms.
  public func couponTerms() -> (terms: CouponTerms?, review: Review) {
    var (terms, review) = read(as: .couponTerms) { try CouponTerms.decode($0) }
    let faults = terms?.faults() ?? []
    review.faults += findings(faults, .couponTerms, besides: review.faults)
    review.sort()
    return (terms, review)
  }

  private func read<T>(as form: Form, _ decode: ([UInt8]) throws -> T) -> (T?, Review) {
    var review = Review()
    review.faults = form.complaints(of: value).map { complaint in
      Review.Finding(
        line: line(of: complaint.path), path: complaint.path, label: form.label(of: complaint.path),
        words: complaint.words)
    }
    do {
      return (try decode(value.encoded()), review)
    } catch {
      // The form has named what the decoder stumbles over, unless the two have drifted apart.
      if review.faults.isEmpty {
        let words = Words(zh: "无法读取：\(error)", en: "cannot be read: \(error)")
        review.faults = [Review.Finding(line: nil, path: "", label: "", words: words)]
      }
      return (nil, review)
    }
  }

  private func findings(
    _ faults: [RulebookFault], _ form: Form, besides known: [Review.Finding] = []
  ) -> [Review.Finding] {
    let paths = Set(known.map(\.path))
    return faults.filter { !paths.contains($0.path) }.map { fault in
      Review.Finding(
        line: line(of: fault.path), path: fault.path, label: form.label(of: fault.path), words: fault.words)
    }
  }
}

extension Form {
  /// What the field at a path is called in Chinese; empty where the form has none.
  func label(of path: String) -> String {
    var (form, label) = (self, "")
    for step in path.split(whereSeparator: { ".[".contains($0) }) {
      if step.hasSuffix("]") {
        guard case .list(let element, _) = form else { return label }
        form = element
        continue
      }
      let field: Field? =
        switch form {
        case .record(let record): record[String(step)]
        case .variants(let variants): variants.cases.lazy.flatMap(\.fields).first { $0.key == step }
        default: nil
        }
      guard let field else { return "" }
      (form, label) = (field.form, field.label)
    }
    return label
  }
}
