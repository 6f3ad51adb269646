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

  @Test func `one wrong character of a code is noticed (C4)`() {
    forAll { (samples: inout Samples) in
      var characters = Array(ShortCode(bits: samples.uint()).description)
      let place = samples.number(0...12)
      let other = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ".filter { $0 != characters[place] }
      characters[place] = other.randomElement(using: &samples.random)!
      return ShortCode(String(characters)) == nil
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
