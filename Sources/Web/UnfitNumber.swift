/// Finds the number a decoder could not take.
///
/// Foundation's decoder says "not valid JSON", without a path, for a fraction where a whole number is
/// wanted and for one out of range; whoever writes a till's integration needs to know which field.
enum UnfitNumber {
  /// The path of the last such number: with it and all before it replaced by zero, `isFit` says yes.
  static func path(in bytes: [UInt8], isFit: ([UInt8]) -> Bool) -> String? {
    var numbers: [JSONShapeReader.Number] = []
    guard (try? JSONShapeReader.read(bytes, numbers: { numbers.append($0) })) != nil else { return nil }
    var low = 0
    var high = numbers.count
    while low < high {
      let middle = (low + high) / 2
      if isFit(zeroing(numbers[..<middle], in: bytes)) { high = middle } else { low = middle + 1 }
    }
    return low > 0 && low <= numbers.count ? numbers[low - 1].path : nil
  }

  private static func zeroing(_ numbers: ArraySlice<JSONShapeReader.Number>, in bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for number in numbers {
      bytes[number.range.lowerBound] = UInt8(ascii: "0")
      for index in number.range.dropFirst() { bytes[index] = UInt8(ascii: " ") }
    }
    return bytes
  }
}
