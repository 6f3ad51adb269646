import Seeds
import SyncProtocol
import Testing

struct PrintedCodes {
  @Test func `a printed code is read back, in small letters, with blanks and dashes`() {
    forAll { (samples: inout Samples) in
      let member: MemberID = samples.id()
      let code = ShortCode(member)
      let text = code.description
      let typed = text.lowercased().map { samples.flag() ? "\($0)" : "\($0)-" }.joined() + " "
      return text.count == 13 && ShortCode(text) == code && ShortCode(typed) == code
        && code.bits == member.low & 0x0FFF_FFFF_FFFF_FFFF && !text.contains(where: { "01IO".contains($0) })
    }
  }

  private static let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZ")

  @Test func `a code carries sixty bits, each of them, in characters that nobody mistakes (C4)`() {
    forAll { (samples: inout Samples) in
      let bits = samples.uint() & ((1 << 60) - 1)
      let (code, other) = (ShortCode(bits: bits), ShortCode(bits: bits ^ 1 << UInt64(samples.number(0...59))))
      let text = code.description
      return code.bits == bits && ShortCode(text)?.bits == bits && other.description != text
        && other.description.dropLast() != text.dropLast() && text.count == 13
        && text.allSatisfy { Self.alphabet.contains($0) }
    }
  }

  @Test func `any one wrong character, at every place of a code, is noticed (C4)`() {
    forAll { (samples: inout Samples) in
      let right = Array(ShortCode(bits: samples.uint()).description)
      return right.indices.allSatisfy { place in
        var wrong = right
        repeat { wrong[place] = samples.oneOf(Self.alphabet) } while wrong[place] == right[place]
        return ShortCode(String(wrong)) == nil
      }
    }
  }

  @Test func `swapped neighbours of a code are noticed, unless they stand half the alphabet apart (C4)`() {
    forAll { (samples: inout Samples) in
      let right = Array(ShortCode(bits: samples.uint()).description)
      return right.indices.dropLast().allSatisfy { place in
        var swapped = right
        swapped.swapAt(place, place + 1)
        guard let one = Self.alphabet.firstIndex(of: right[place]),
          let next = Self.alphabet.firstIndex(of: right[place + 1])
        else { return false }
        let isMissed = abs(one - next) % 16 == 0
        return (ShortCode(String(swapped)) != nil) == isMissed
      }
    }
  }

  @Test(arguments: [
    ("13800138000", "+8613800138000"), ("+86 138-0013-8000", "+8613800138000"),
    ("+44 (20) 79460958", "+442079460958"),
  ])
  func `a phone number is the same however it is typed`(_ typed: String, _ text: String) {
    #expect(PhoneNumber(typed)?.text == text)
  }

  @Test(arguments: [
    "", "138", "+", "++8613800138000", "1380013800x", "２3800138000", "02079460958", "+1234567890123456",
  ])
  func `what cannot be a phone number is refused`(_ typed: String) {
    #expect(PhoneNumber(typed) == nil)
  }

  @Test(arguments: [("", ""), ("明", "*"), ("王明", "王*"), ("王小明", "王*明"), ("Jonathan", "J***n")])
  func `a name is masked so that its owner knows it`(_ name: String, _ masked: String) {
    #expect(maskedName(name) == masked)
  }
}
