import Curl
import Testing

@Suite struct JSONValueTests {
  @Test func `numbers keep every digit on their way through`() throws {
    let text = #"{"a":9223372036854775807,"b":0.1,"c":-12345678901234567890.5,"d":1,"e":true,"f":null}"#
    let value = try JSONValue(parsing: [UInt8](text.utf8))
    #expect(value.a == .integer(.max))
    #expect(value.b == .decimal("0.1"))
    #expect(value.c == .decimal("-12345678901234567890.5"))
    #expect(value.d.integerValue == 1)
    #expect(value.e.boolValue == true)
    #expect(String(decoding: try value.encoded(), as: UTF8.self) == text)
  }

  @Test func `looking for what is not there gives null`() {
    let value: JSONValue = ["lines": [["sku": "A1", "quantity": 2]]]
    #expect(value.lines[0].sku.stringValue == "A1")
    #expect(value.lines[1].sku.isNull)
    #expect(value["nothing"]["below"].isNull)
  }

  @Test func `a query is percent-encoded byte by byte`() {
    #expect(APIClient.percentEncoded("a b&c=牛~") == "a%20b%26c%3D%E7%89%9B~")
  }
}
