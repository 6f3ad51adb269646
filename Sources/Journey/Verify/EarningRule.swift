/// How purchases earn points in the journey, said once more here so that nothing of the product checks
/// itself.
///
/// Each group of departments is summed over the basket, after points discounts, before it is rounded down.
public struct EarningRule: Codable, Equatable, Sendable {
  public var centsPerPoint: Int
  /// Departments in which every full `centsPerPoint` earns two.
  public var doubled: Set<String>
  /// Departments that earn nothing.
  public var excluded: Set<String>

  public init(centsPerPoint: Int = 100, doubled: Set<String> = [], excluded: Set<String> = []) {
    precondition(centsPerPoint > 0)
    self.centsPerPoint = centsPerPoint
    self.doubled = doubled
    self.excluded = excluded
  }

  enum Group {
    case normal, doubled, excluded
  }

  func group(of department: String) -> Group {
    if excluded.contains(department) { return .excluded }
    return doubled.contains(department) ? .doubled : .normal
  }

  func points(normalCents: Int, doubledCents: Int) -> Int {
    normalCents / centsPerPoint + 2 * (doubledCents / centsPerPoint)
  }
}
