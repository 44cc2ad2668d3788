import Foundation
import TestSupport

/// A process that listens at a socket. dockerd cannot be run in a test; what is asked of it here is
/// only its name and the socket it holds, and Perl, which every Debian has, holds one too.
enum Listener {
  private static let program =
    "socket(S, AF_UNIX, SOCK_STREAM, 0); bind(S, sockaddr_un($ARGV[0])) or die; listen(S, 1); "
    + "syswrite(STDOUT, 'ready'); <STDIN>"

  /// What `body` returns, given the number of a process whose executable is called `name` and that
  /// listens at `path`. One that is `apart` has a network of its own and another directory at the
  /// place of the socket's.
  static func run<Outcome>(
    named name: String, at path: String, apart: Bool = false,
    _ body: (Int) async throws -> Outcome
  ) async throws -> Outcome {
    try await FixtureRoot.with { fixture in
      let executable = fixture.path + "/" + name
      // A child copies it: a file that this process holds open for writing, or has just handed on so to
      // a child that another test starts, cannot be executed ("text file busy").
      let copy = try Process.run(
        URL(filePath: "/bin/cp"), arguments: ["/usr/bin/perl", executable])
      copy.waitUntilExit()
      let arguments = ["-MSocket", "-e", program, path]
      guard apart else { return try await ChildProcess.run(executable, arguments, body) }
      let directory = URL(filePath: path).deletingLastPathComponent().path
      let script = #"mount -t tmpfs none "$0" && exec "$@""#
      return try await ChildProcess.run(
        "/usr/bin/unshare",
        ["--mount", "--net", "sh", "-c", script, directory, executable] + arguments, body)
    }
  }
}
