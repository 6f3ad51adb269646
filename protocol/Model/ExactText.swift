import Foundation

/// A text compared byte by byte. Swift's own `==` holds "é" and "e" with an accent for the same text; hashes,
/// journals and dictionaries of the wire do not.
struct ExactText: Hashable {
  private var text: String
  init(_ text: String) { self.text = text }

  static func == (a: ExactText, b: ExactText) -> Bool {
    var (a, b) = (a.text, b.text)
    return a.withUTF8 { first in
      b.withUTF8 { second in
        first.count == second.count
          && (first.isEmpty || memcmp(first.baseAddress!, second.baseAddress!, first.count) == 0)
      }
    }
  }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
