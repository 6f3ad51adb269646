/// Few names said often, kept once each: departments, categories.
struct Names {
  private(set) var list: [String] = []
  private var indices: [String: Int32] = [:]

  mutating func index(of name: String) -> Int32 {
    if let index = indices[name] { return index }
    let index = Int32(list.count)
    list.append(name)
    indices[name] = index
    return index
  }
}
