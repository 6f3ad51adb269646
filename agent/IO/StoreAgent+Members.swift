import AgentCore
import Foundation
import Loyalty
import SyncProtocol
import Synchronization

/// How a till names the member it looks for.
public enum MemberQuery: Sendable {
  case phone(String)
  case card(String)
  case code(String)
  /// Anything typed: tried as phone, code, card, last digits and name, in this order.
  case text(String)
}

extension StoreAgent {
  /// A person becomes a member here, with or without a line. The same id or key again gives the same member.
  public func enrol(_ request: EnrolmentRequest, key: String? = nil) throws -> MemberResponse {
    let registers = try Self.registers(request)
    let channel = request.channel ?? "till"
    guard (1...Limits.tokenLength).contains(channel.utf8.count) else {
      throw TillFault.invalid(field: "channel", reason: "has 1 to \(Limits.tokenLength) bytes")
    }
    let digest = request.digest
    return try state.withLock { state in
      let identity = try identity(state)
      let id =
        request.memberId ?? key.map { MemberID(derivedFrom: "member/\(identity.store)/\($0)") }
        ?? newID(state)
      if let known = try journal.entry(reference: id.bytes) {
        guard case .enrolment(let before) = known.body, before.requestDigest == digest else {
          throw TillFault.conflictingRepeat
        }
        return try response(id, &state)
      }
      if try view(id, state) != nil { throw TillFault.conflictingRepeat }
      for register in registers {
        guard let value = register.value else { continue }
        let taken =
          switch register.name {
          case Register.phoneField: try find(phone: value, state)
          case Register.cardField: try find(card: value, state)
          default: MemberID?.none
          }
        if let taken { throw TillFault.alreadyMember(taken) }
      }
      let enrolment = Enrolment(
        member: id, businessTime: try businessTime(request.businessTime, state),
        channel: channel, registers: registers, referrer: try referrer(request, state),
        requestDigest: digest)
      try commit(.enrolment(enrolment), &state)
      return try response(id, &state)
    }
  }

  /// Whoever recommended: by member code, card or phone, as far as this store knows them.
  private func referrer(_ request: EnrolmentRequest, _ state: AgentState) throws -> MemberID? {
    guard let text = request.referrer, !text.isEmpty else { return nil }
    if let code = ShortCode(text), let id = try find(code: code, state) { return id }
    if let id = try find(card: text, state) { return id }
    if let phone = PhoneNumber(text), let id = try find(phone: phone.text, state) { return id }
    throw TillFault.invalid(field: "referrer", reason: "is the code, card or phone of no member known here")
  }

  /// Some fields are written anew; an empty text takes a field away.
  public func change(_ member: MemberID, _ request: ProfileRequest) throws -> MemberResponse {
    let fields = EnrolmentRequest(
      name: request.name, phone: request.phone, card: request.card, birthday: request.birthday,
      attributes: request.attributes)
    let registers = try Self.registers(fields)
    if registers.isEmpty { throw TillFault.invalid(field: "", reason: "changes nothing") }
    return try state.withLock { state in
      _ = try identity(state)
      guard let view = try view(member, state) else { throw TillFault.unknownMember }
      try commit(.profile(ProfileChange(member: view.id, registers: registers)), &state)
      return try response(view.id, &state)
    }
  }

  public func member(_ id: MemberID) throws -> MemberResponse {
    try meet(id)
    return try state.withLock { try response(id, &$0) }
  }

  /// Members that fit, masked, at most twenty.
  public func find(_ query: MemberQuery) throws -> [MemberResponse] {
    switch query {
    case .phone(let text): try meet(phone: text)
    case .card(let text): try meet(card: text)
    case .code(let text): try meet(code: text)
    case .text(let text):
      // A phone or a code is asked for as such; anything else may be a name, which finds only who is here.
      try meet(phone: text)
      try meet(code: text)
    }
    return try state.withLock { state in
      _ = try identity(state)
      var found: [MemberID] = []
      switch query {
      case .phone(let text):
        found = [try PhoneNumber(text).flatMap { try find(phone: $0.text, state) }].compactMap { $0 }
      case .card(let text): found = [try find(card: text, state)].compactMap { $0 }
      case .code(let text):
        found = [try ShortCode(text).flatMap { try find(code: $0, state) }].compactMap { $0 }
      case .text(let text): found = try find(text: text, state)
      }
      return try found.prefix(20).map { try response($0, &state) }
    }
  }

  /// A fact like any other: it may earn, with or without a line.
  public func checkIn(_ member: MemberID, _ request: CheckInRequest, key: String? = nil) throws
    -> MemberResponse
  {
    try state.withLock { state in
      let identity = try identity(state)
      guard let view = try view(member, state) else { throw TillFault.unknownMember }
      let id =
        request.checkInId ?? key.map { CheckInID(derivedFrom: "checkin/\(identity.store)/\($0)") }
        ?? newID(state)
      if let known = try journal.entry(reference: id.bytes) {
        guard case .checkIn(let before) = known.body, before.member == view.id else {
          throw TillFault.conflictingRepeat
        }
        return try response(view.id, &state)
      }
      let time = try businessTime(request.businessTime, state)
      let rulebook = state.rulebook(at: time)
      let day = rulebook.businessDay(time)
      let today = rulebook.businessDay(Timestamp(ms: nowMs(state)))
      let result = rulebook.checkInProgram.map {
        $0.checkIn(view.checkInState(under: $0, through: today), on: day)
      }
      let fact = CheckIn(
        id: id, member: view.id, businessTime: time, rulebook: rulebook.version,
        earned: result?.total ?? .zero, earnedLot: rulebook.lot(earnedOn: day))
      try commit(.checkIn(fact), &state)
      var response = try response(view.id, &state)
      response.outcomes = result?.outcomes.map { Receipt.Outcome($0, currency: rulebook.currency) }
      return response
    }
  }

  func response(_ id: MemberID, _ state: inout AgentState) throws -> MemberResponse {
    _ = try identity(state)
    guard let view = try view(id, state) else { throw TillFault.unknownMember }
    let now = Timestamp(ms: nowMs(state))
    let rulebook = state.rulebook(at: now)
    return MemberResponse(
      view, rulebook: rulebook, day: rulebook.businessDay(now), asOf: state.asOf,
      offline: !state.pacing.isOnline)
  }

  func find(phone: String, _ state: AgentState) throws -> MemberID? {
    guard let key = state.phoneKey(phone) else { return nil }
    if let id = try replica.read({ try $0.keys(.phone, key.bytes, limit: 1).first }) {
      return try MemberID(bytes: id).map { id in try replica.read { try $0.root(of: id) } }
    }
    guard let id = state.overlay.member(phone: key), try view(id, state)?.phoneKey == key else { return nil }
    return id
  }

  func find(card: String, _ state: AgentState) throws -> MemberID? {
    if let id = try replica.read({ try $0.keys(.card, Array(card.utf8), limit: 1).first }) {
      return try MemberID(bytes: id).map { id in try replica.read { try $0.root(of: id) } }
    }
    return state.overlay.member(card: card)
  }

  func find(code: ShortCode, _ state: AgentState) throws -> MemberID? {
    if let id = try replica.read({ try $0.keys(.code, code.bytes, limit: 1).first }) {
      return try MemberID(bytes: id).map { id in try replica.read { try $0.root(of: id) } }
    }
    return state.overlay.member(code: code)
  }

  private func find(text: String, _ state: AgentState) throws -> [MemberID] {
    if let phone = PhoneNumber(text), let id = try find(phone: phone.text, state) { return [id] }
    if let code = ShortCode(text), let id = try find(code: code, state) { return [id] }
    if let id = try find(card: text, state) { return [id] }
    let candidates = try replica.read { reader in
      let digits = try reader.keys(.lastDigits, Array(text.utf8), limit: 20)
      return try digits.isEmpty ? reader.keys(.name, Array(maskedName(text).utf8), limit: 20) : digits
    }
    return try replica.read { reader in
      var roots: [MemberID] = []
      for id in candidates.compactMap({ MemberID(bytes: $0) }) {
        let root = try reader.root(of: id)
        if !roots.contains(root) { roots.append(root) }
      }
      return roots
    }
  }

  private static func registers(_ request: EnrolmentRequest) throws(TillFault) -> [Register] {
    var registers: [Register] = []
    func add(_ name: String, _ value: String?) throws(TillFault) {
      guard let value else { return }
      guard value.count <= Limits.textLength else {
        throw .invalid(field: name, reason: "has at most \(Limits.textLength) characters")
      }
      registers.append(Register(name: name, value: value.isEmpty ? nil : value))
    }
    try add(Register.nameField, request.name)
    if let typed = request.phone, !typed.isEmpty {
      guard let phone = PhoneNumber(typed) else {
        throw .invalid(field: "phone", reason: "is not a phone number")
      }
      try add(Register.phoneField, phone.text)
    } else {
      try add(Register.phoneField, request.phone)
    }
    try add(Register.cardField, request.card)
    if let birthday = request.birthday, !birthday.isEmpty, Day(birthday) == nil || birthday.utf8.count != 10,
      MonthDay(birthday) == nil
    {
      throw .invalid(field: "birthday", reason: "is written 1990-05-20 or 05-20")
    }
    try add(Register.birthdayField, request.birthday)
    for (name, value) in (request.attributes ?? [:]).sorted(by: { $0.key < $1.key }) {
      guard (1...Limits.tokenLength).contains(name.utf8.count) else {
        throw .invalid(field: "attributes", reason: "has names of 1 to \(Limits.tokenLength) bytes")
      }
      try add("attribute." + name, value)
    }
    guard registers.count <= Limits.registers else {
      throw .invalid(field: "attributes", reason: "has at most \(Limits.registers)")
    }
    return registers
  }
}
