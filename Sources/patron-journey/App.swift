import ArgumentParser

@main
struct PatronJourney: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patron-journey",
    abstract:
      "Plays a chain's year through a hub and its stores, lines going down, and proves the sums. 全年回放与对账",
    subcommands: [Run.self, Replay.self], defaultSubcommand: Run.self)
}
