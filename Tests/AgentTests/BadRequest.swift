import Testing

/// A request that must be refused: what it is, where it goes, and the refusal. Nothing is written by any.
struct BadRequest: Sendable, CustomTestStringConvertible {
  let name: String
  /// The operation of the API file that must allow for the refusal; nil where there is none.
  let operation: String?
  let method: String
  let path: String
  let body: String?
  let status: Int
  let code: String
  var field: String?
  var headers: [Header] = []

  struct Header: Sendable {
    let name: String
    let value: String
  }

  var testDescription: String { name }

  static func sale(_ name: String, _ body: String, _ status: Int, _ code: String, _ field: String? = nil)
    -> BadRequest
  {
    BadRequest(
      name: name, operation: "sell", method: "POST", path: "/v1/sales", body: body, status: status,
      code: code,
      field: field)
  }

  /// A sale of one line with these fields.
  static func line(_ name: String, _ fields: String, _ field: String) -> BadRequest {
    sale(name, #"{"lines":[{"sku":"A",\#(fields)}]}"#, 400, "invalid_field", field)
  }

  static func with(_ name: String, _ fields: String, _ status: Int, _ code: String, _ field: String? = nil)
    -> BadRequest
  {
    sale(name, #"{"lines":[{"sku":"A","quantity":1,"unitPrice":1000}],\#(fields)}"#, status, code, field)
  }

  static func enrolment(_ name: String, _ body: String, _ field: String?) -> BadRequest {
    BadRequest(
      name: name, operation: "enrol", method: "POST", path: "/v1/members", body: body, status: 400,
      code: "invalid_field", field: field)
  }

  static func call(
    _ name: String, _ operation: String?, _ method: String, _ path: String, _ body: String? = nil,
    _ status: Int, _ code: String, _ field: String? = nil, headers: [Header] = []
  ) -> BadRequest {
    BadRequest(
      name: name, operation: operation, method: method, path: path, body: body, status: status, code: code,
      field: field, headers: headers)
  }

  static let id = "01990000-0000-7000-8000-0000000000ff"
  static let goods = #"{"lines":[{"sku":"A","quantity":1,"unitPrice":1000}]}"#
  static let long = String(repeating: "x", count: 501)

  static func cart(_ count: Int, _ line: String) -> String {
    #"{"lines":[\#(Array(repeating: line, count: count).joined(separator: ","))]}"#
  }

  static let all = shape + lines + wishes + members + returns + exchanges + doors

  static let shape = [
    sale("nothing", "", 400, "malformed_json"),
    sale("half a brace", "{", 400, "malformed_json"),
    sale("a list", "[]", 400, "invalid_field"),
    sale("a key twice", #"{"lines":[],"lines":[]}"#, 400, "malformed_json", "lines"),
    sale("no lines at all", "{}", 400, "invalid_field", "lines"),
    sale("600 KiB", goods + String(repeating: " ", count: 600 << 10), 413, "body_too_large"),
    sale("an unknown field", #"{"lines":[],"membrId":"x"}"#, 400, "unknown_field", "membrId"),
    sale(
      "an unknown field within", #"{"lines":[{"sku":"A","quantity":1,"price":1}]}"#, 400, "unknown_field",
      "lines[0].price"),
    sale("text for a list", #"{"lines":"x"}"#, 400, "invalid_field", "lines"),
    sale("an empty cart", #"{"lines":[]}"#, 400, "invalid_field", "lines"),
    sale(
      "501 lines",
      cart(501, #"{"sku":"A","quantity":1,"unitPrice":1}"#), 400, "invalid_field", "lines"),
    sale(
      "more than an entry holds",
      cart(450, #"{"sku":"A","quantity":1,"amount":1,"name":"\#(String(repeating: "牛", count: 300))"}"#), 400,
      "invalid_field"),
  ]

  static let lines = [
    line("a quantity in quotes", #""quantity":"2","unitPrice":1"#, "lines[0].quantity"),
    line("a negative quantity", #""quantity":-1,"unitPrice":1"#, "lines[0].quantity"),
    line("four decimals", #""quantity":0.0001,"unitPrice":1"#, "lines[0].quantity"),
    line("too many pieces", #""quantity":10000001,"unitPrice":1"#, "lines[0].quantity"),
    line("a quantity beyond all numbers", #""quantity":1e400,"unitPrice":1"#, "lines[0].quantity"),
    line("a fraction of a cent", #""quantity":1,"unitPrice":1.5"#, "lines[0].unitPrice"),
    line("a negative price", #""quantity":1,"unitPrice":-1"#, "lines[0].unitPrice"),
    line("a price over the limit", #""quantity":1,"unitPrice":100000000001"#, "lines[0].unitPrice"),
    line("a price beyond 64 bits", #""quantity":1,"unitPrice":9223372036854775808"#, "lines[0].unitPrice"),
    line("a line over the limit", #""quantity":2,"unitPrice":100000000000"#, "lines[0]"),
    line("price and amount", #""quantity":1,"unitPrice":1,"amount":1"#, "lines[0].amount"),
    line("a negative amount", #""quantity":1,"amount":-1"#, "lines[0].amount"),
    line("neither price nor amount", #""quantity":1"#, "lines[0].unitPrice"),
    line("an empty category", #""quantity":1,"amount":1,"category":"""#, "lines[0].category"),
    line("a long name", #""quantity":1,"amount":1,"name":"\#(long)""#, "lines[0].name"),
    line(
      "a discount above the line", #""quantity":1,"amount":1,"discounts":[{"kind":"store","amount":2}]"#,
      "lines[0].discounts[0].amount"),
    line(
      "discounts above the line together",
      #""quantity":1,"amount":3,"discounts":[{"kind":"a","amount":2},{"kind":"b","amount":2}]"#,
      "lines[0].discounts"),
    line(
      "a discount that only rules give",
      #""quantity":1,"amount":1,"discounts":[{"kind":"points","amount":1}]"#, "lines[0].discounts[0].kind"),
    sale(
      "an empty sku", #"{"lines":[{"sku":"","quantity":1,"amount":1}]}"#, 400, "invalid_field", "lines[0].sku"
    ),
  ]

  static let wishes = [
    with("an unknown coupon", #""coupons":["NOSUCH"]"#, 422, "unknown_coupon", "coupons"),
    with(
      "21 coupons", #""coupons":[\#((0...20).map { "\"\($0)\"" }.joined(separator: ","))]"#, 400,
      "invalid_field", "coupons"),
    with("negative points", #""points":-1"#, 400, "invalid_field", "points"),
    with("points beyond the limit", #""points":1000000001"#, 400, "invalid_field", "points"),
    with("points without a member", #""points":100"#, 409, "points_need_member", "points"),
    with("points nobody has", #""points":100,"phone":"13800000001""#, 409, "points_insufficient", "points"),
    with("points off the step", #""points":150,"phone":"13800000001""#, 409, "points_off_step", "points"),
    with("too few points", #""points":1,"phone":"13800000001""#, 409, "points_below_minimum", "points"),
    with("an unknown member", #""memberId":"\#(id)""#, 404, "unknown_member"),
    with("no UUID", #""memberId":"17""#, 400, "invalid_field", "memberId"),
    with("no phone number", #""phone":"12 34""#, 400, "invalid_field", "phone"),
    with(
      "no phone number beside a member", #""memberId":"\#(id)","phone":"x""#, 400, "invalid_field", "phone"),
    sale(
      "an empty category", #"{"lines":[{"sku":"A","category":"","quantity":1,"amount":1}]}"#, 400,
      "invalid_field", "lines[0].category"),
    with("no time", #""businessTime":"yesterday""#, 400, "invalid_field", "businessTime"),
    with(
      "a time without an offset", #""businessTime":"2026-11-22T10:00:00""#, 400, "invalid_field",
      "businessTime"),
    with("a time long ago", #""businessTime":"1999-12-31T23:59:59Z""#, 400, "invalid_field", "businessTime"),
    with(
      "a time in another year", #""businessTime":"2099-01-01T00:00:00Z""#, 400, "invalid_field",
      "businessTime"),
    with("another price", #""toPay":999"#, 409, "price_differs"),
    with("a price below nothing", #""toPay":-9223372036854775808"#, 400, "invalid_field", "toPay"),
    with("too little money", #""tenders":[{"type":"cash","amount":999}]"#, 422, "tender_short"),
    with(
      "negative money", #""tenders":[{"type":"cash","amount":-1}]"#, 400, "invalid_field", "tenders[0].amount"
    ),
    with(
      "a voucher as money", #""tenders":[{"type":"voucher","amount":1}]"#, 400, "invalid_field",
      "tenders[0].type"),
    with(
      "a tender for no line", #""tenders":[{"type":"cash","amount":1000,"line":1}]"#, 400, "invalid_field",
      "tenders[0].line"),
    call(
      "a quote of nothing", "quote", "POST", "/v1/quotes", #"{"lines":[]}"#, 400, "invalid_field", "lines"),
    call(
      "a quote for nobody", "quote", "POST", "/v1/quotes",
      #"{"memberId":"\#(id)","lines":[{"sku":"A","quantity":1,"amount":1}]}"#, 404, "unknown_member"),
    call(
      "an empty key", "sell", "POST", "/v1/sales", goods, 400, "invalid_field", "Idempotency-Key",
      headers: [Header(name: "Idempotency-Key", value: String(repeating: "k", count: 129))]),
  ]

  static let members = [
    enrolment("no phone number at enrolment", #"{"phone":"hello"}"#, "phone"),
    enrolment("a long name at enrolment", #"{"name":"\#(long)"}"#, "name"),
    enrolment("no birthday", #"{"birthday":"2023-02-29"}"#, "birthday"),
    enrolment("words for a birthday", #"{"birthday":"in May"}"#, "birthday"),
    enrolment("a long channel", #"{"channel":"\#(long)"}"#, "channel"),
    enrolment("an attribute without a name", #"{"attributes":{"":"x"}}"#, "attributes"),
    enrolment("an attribute that is no text", #"{"attributes":{"a":1}}"#, "attributes.a"),
    enrolment(
      "65 attributes",
      #"{"attributes":{\#((0...64).map { "\"a\($0)\":\"x\"" }.joined(separator: ","))}}"#, "attributes"),
    enrolment(
      "one character of 300 KiB", "{\"name\":\"e\(String(repeating: "\u{301}", count: 150 << 10))\"}", nil),
    enrolment("no UUID at enrolment", #"{"memberId":"x"}"#, "memberId"),
    call(
      "a phone that is taken", "enrol", "POST", "/v1/members", #"{"phone":"+86 138 0000 0001"}"#, 409,
      "already_member"),
    call("a wallet of nobody said", "wallet", "POST", "/v1/wallet", goods, 400, "invalid_field", "memberId"),
    call(
      "a wallet of nobody", "wallet", "POST", "/v1/wallet",
      #"{"memberId":"\#(id)","lines":[{"sku":"A","quantity":1,"unitPrice":1000}]}"#, 404, "unknown_member"),
    call(
      "a wallet of an unknown phone", "wallet", "POST", "/v1/wallet",
      #"{"phone":"13800000999","lines":[{"sku":"A","quantity":1,"unitPrice":1000}]}"#, 404, "unknown_member"),
    call(
      "a wallet without a cart", "wallet", "POST", "/v1/wallet", #"{"lines":[]}"#, 400, "invalid_field",
      "lines"),
    call("a search for nothing", "findMembers", "GET", "/v1/members", nil, 400, "invalid_field", "q"),
    call("a member of no id", "member", "GET", "/v1/members/17", nil, 400, "invalid_field", "id"),
    call("a member of nobody", "member", "GET", "/v1/members/\(id)", nil, 404, "unknown_member"),
    call("points of nobody", "points", "GET", "/v1/members/\(id)/points", nil, 404, "unknown_member"),
    call("coupons of nobody", "coupons", "GET", "/v1/members/\(id)/coupons", nil, 404, "unknown_member"),
    call("history of nobody", "history", "GET", "/v1/members/\(id)/history", nil, 404, "unknown_member"),
    call(
      "a change of nobody", "changeMember", "PATCH", "/v1/members/\(id)", #"{"name":"x"}"#, 404,
      "unknown_member"),
    call("a change of nothing", "changeMember", "PATCH", "/v1/members/\(id)", "{}", 400, "invalid_field"),
    call("a visit of nobody", "checkIn", "POST", "/v1/members/\(id)/check-ins", "{}", 404, "unknown_member"),
  ]

  static let returns = [
    call(
      "a return of no sale", "takeBack", "POST", "/v1/returns", #"{"saleId":"\#(id)"}"#, 404, "unknown_sale"),
    call(
      "a return of no lines", "takeBack", "POST", "/v1/returns", #"{"saleId":"\#(id)","lines":[]}"#, 400,
      "invalid_field", "lines"),
    call(
      "a return of no such line", "takeBack", "POST", "/v1/returns",
      #"{"saleId":"SALE","lines":[{"line":1,"quantity":1}]}"#, 400, "invalid_field", "lines"),
    call(
      "a return of too much", "takeBack", "POST", "/v1/returns",
      #"{"saleId":"SALE","lines":[{"line":0,"quantity":1.001}]}"#, 422, "too_much_returned"),
    call(
      "a return of less than nothing", "takeBack", "POST", "/v1/returns",
      #"{"saleId":"SALE","lines":[{"line":0,"quantity":-1}]}"#, 422, "too_much_returned"),
    call("a void of no sale", "void", "POST", "/v1/sales/\(id)/void", nil, 404, "unknown_sale"),
    call(
      "a void on another day", "void", "POST", "/v1/sales/SALE/void",
      #"{"businessTime":"2026-11-23T01:00:00Z"}"#, 409, "void_too_late"),
    call(
      "a return before its sale", "takeBack", "POST", "/v1/returns",
      #"{"saleId":"SALE","businessTime":"2026-11-20T02:00:00Z"}"#, 400, "invalid_field", "businessTime"),
    call("no such sale", "sale", "GET", "/v1/sales/\(id)", nil, 404, "unknown_sale"),
    call("a sale of no id", "sale", "GET", "/v1/sales/x", nil, 400, "invalid_field", "id"),
  ]

  static func exchange(
    _ name: String, _ back: String, _ sale: String, _ status: Int, _ code: String, _ field: String? = nil
  ) -> BadRequest {
    call(
      name, "exchange", "POST", "/v1/exchanges", #"{"return":{\#(back)},"sale":{\#(sale)}}"#, status, code,
      field)
  }

  static let sold = #""saleId":"SALE""#
  static let line = #""lines":[{"sku":"A","quantity":1,"unitPrice":1000}]"#

  static let exchanges = [
    exchange("an exchange of no sale", #""saleId":"\#(id)""#, line, 404, "unknown_sale"),
    exchange(
      "an exchange of no lines", #"\#(sold),"lines":[]"#, line, 400, "invalid_field", "return.lines"),
    exchange(
      "an exchange of too much", #"\#(sold),"lines":[{"line":0,"quantity":2}]"#, line, 422,
      "too_much_returned"),
    exchange(
      "an exchange of one line twice", #"\#(sold),"lines":[{"line":0,"quantity":1},{"line":0,"quantity":1}]"#,
      line,
      400, "invalid_field", "return.lines"),
    exchange("an exchange for nothing", sold, #""lines":[]"#, 400, "invalid_field", "sale.lines"),
    exchange("an exchange for nobody", sold, #"\#(line),"memberId":"\#(id)""#, 404, "unknown_member"),
    exchange(
      "an exchange with an unknown coupon", sold, #"\#(line),"coupons":["NOSUCH"]"#, 422, "unknown_coupon",
      "sale.coupons"),
    exchange(
      "an exchange with points nobody has", sold, #"\#(line),"points":100,"phone":"13800000001""#, 409,
      "points_insufficient", "sale.points"),
    exchange("an exchange at another price", sold, #"\#(line),"toPay":999"#, 409, "price_differs"),
    exchange(
      "an exchange for more than is paid", sold,
      #""lines":[{"sku":"A","quantity":1000,"unitPrice":1000}],"tenders":[{"type":"cash","amount":1}]"#, 422,
      "tender_short"),
    exchange(
      "an exchange that is paid with one", sold, #"\#(line),"tenders":[{"type":"exchange","amount":1}]"#, 400,
      "invalid_field", "sale.tenders[0].type"),
    call(
      "an exchange with another difference", "exchange", "POST", "/v1/exchanges",
      #"{"return":{\#(sold)},"sale":{\#(line)},"toPay":1}"#, 409, "price_differs"),
    call(
      "an exchange of a difference without end", "exchange", "POST", "/v1/exchanges",
      #"{"return":{\#(sold)},"sale":{\#(line)},"toPay":-9223372036854775808}"#, 400, "invalid_field",
      "toPay"),
    exchange(
      "an exchange of two parts with one id", #"\#(sold),"returnId":"\#(id)""#,
      #"\#(line),"saleId":"\#(id)""#,
      400, "invalid_field", "sale.saleId"),
    call(
      "an exchange of nothing for nothing", "exchange", "POST", "/v1/exchanges", "{}", 400, "invalid_field",
      "return"),
    call(
      "a quote of an exchange of no sale", "quoteExchange", "POST", "/v1/exchanges/quote",
      #"{"return":{"saleId":"\#(id)"},"sale":{\#(line)}}"#, 404, "unknown_sale"),
    with(
      "an exchange as money", #""tenders":[{"type":"exchange","amount":1}]"#, 400, "invalid_field",
      "tenders[0].type"),
  ]

  static let doors = [
    call(
      "nobody", "sell", "POST", "/v1/sales", goods, 401, "unauthenticated",
      headers: [Header(name: "Authorization", value: "")]),
    call(
      "somebody else", "sell", "POST", "/v1/sales", goods, 401, "unauthenticated",
      headers: [Header(name: "Authorization", value: "Bearer other")]),
    call(
      "somebody else who asks", "status", "GET", "/v1/status", nil, 401, "unauthenticated",
      headers: [Header(name: "Authorization", value: "Basic dGlsbA==")]),
    call("another method", nil, "DELETE", "/v1/sales", nil, 405, "method_not_allowed"),
    call("no such path", nil, "GET", "/v1/salse", nil, 404, "not_found"),
    call("no path", nil, "GET", "/", nil, 404, "not_found"),
  ]
}
