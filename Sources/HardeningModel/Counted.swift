/// `1 layer`, `2 layers`: a number of things, by the noun for one of them.
package func counted(_ number: Int, _ noun: String) -> String {
  "\(number) \(noun)\(number == 1 ? "" : "s")"
}
