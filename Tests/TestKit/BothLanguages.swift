import Curl

extension JSONValue {
  /// Whether a refusal says why in both languages: Chinese that is more than the English over again, and
  /// English without Chinese.
  public var isSaidInBothLanguages: Bool {
    func isChinese(_ text: String) -> Bool {
      text.unicodeScalars.contains { (0x4E00...0x9FFF).contains($0.value) }
    }
    guard let zh = self["text"]["zh"].stringValue, let en = self["text"]["en"].stringValue else {
      return false
    }
    // A reason that nobody has translated is there in English twice, the Chinese around it or not.
    return isChinese(zh) && !isChinese(en) && !en.isEmpty && !zh.contains(en.drop { $0 != " " })
  }
}
