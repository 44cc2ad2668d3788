import HardeningModel
import Testing

@testable import Images

/// What the steps of a history come to.
@Suite("History")
struct HistoryTests {
  private func history(_ steps: String...) -> ImageHistory {
    ImageHistory(reducing: steps.reversed().map { HistoryItem($0) })
  }

  @Test(
    "has steps in the forms of every builder",
    arguments: [
      ("/bin/sh -c #(nop)  ENV A=b", "ENV", "A=b"),
      ("/bin/sh -c #(nop) ADD file:0a in / ", "ADD", "file:0a in /"),
      ("/bin/bash -o pipefail -c #(nop)  CMD [\"sh\"]", "CMD", "[\"sh\"]"),
      ("/bin/sh -c make all", "RUN", "make all"), ("RUN /bin/sh -c make # buildkit", "RUN", "make"),
      ("RUN |1 A=b c /bin/sh -c make # buildkit", "RUN", "make"),
      ("|2 A=b C=d /bin/bash -ec make x", "RUN", "make x"),
      ("RUN /bin/bash -eo pipefail -c make # buildkit", "RUN", "make"),
      ("COPY a /b # buildkit", "COPY", "a /b"), ("apt-get update", "RUN", "apt-get update"),
      ("", "", ""), ("RUN apt-get update", "RUN", "apt-get update"),
      ("CMD [\"bash\"]", "CMD", "[\"bash\"]"), ("ADDRESS=1 x", "RUN", "ADDRESS=1 x"),
      ("# debian.sh --arch amd64", "RUN", "# debian.sh --arch amd64"),
    ])
  func steps(_ text: String, instruction: String, rest: String) {
    let step = HistoryStep(createdBy: text)
    #expect(step.instruction == instruction)
    #expect(step.text == rest)
  }

  @Test(
    "that only refreshes a package index",
    arguments: [
      "apt-get update", "apt-get -y -qq update", "/usr/bin/apt-get update && rm -rf /x",
      "apk update",
      "apt update; apt clean", "yum makecache fast", "dnf -y makecache",
      "zypper --non-interactive ref",
      "pacman -Sy", "pacman --sync --refresh", "apt-get -o Acquire::X=y update",
      "DEBIAN_FRONTEND=noninteractive apt-get update", "sudo -E apt-get update",
      "env A=b apt-get update",
      "if true; then apt-get update; fi", "(apt-get update)", "sh -c 'apt-get update'",
      "bash -ec \"apt-get update\"", "eval apt-get update", "apt-get update || true",
      "true && \\\n apt-get \\\n update", "echo $(apt-get update)", "echo `apt-get update`",
      "apt-get update # && apt-get install x", "apt-get update && echo apt-get install x",
      "apt-get update && echo 'x && apt-get install x'", "timeout 30 apt-get update",
      "{ apt-get update; }",
      "apk update && apt-get install -y x", "apt-get update > /dev/null 2>&1",
      "cat > x <<EOF\napt-get install x\nEOF\napt-get update", "bash <<EOF\napt-get update\nEOF",
      "'apt-get' \"update\"", "apt-get update&&:", "apt-get update | cat",
      "for i in 1 2; do apt-get update; done",
    ])
  func refreshes(_ script: String) {
    let history = history("/bin/sh -c \(script)")
    #expect(history.refreshes.count == 1)
    #expect(history.refreshes.allSatisfy { $0.mayInstall == nil }, "\(history.refreshes)")
  }

  @Test(
    "that does not, or installs as well",
    arguments: [
      "apt-get update && apt-get install -y curl", "apt-get update; apt-get -y upgrade",
      "apt update && apt -o Dpkg::Use-Pty=0 -y install x", "apk update && apk add x",
      "apk add --no-cache x", "apt-get update | tee x && apt-get dist-upgrade", "yum -y update",
      "dnf makecache && dnf --enablerepo update install x", "pacman -Syu --noconfirm",
      "pacman -Sy git",
      "zypper ref && zypper in -y x", "echo 'apt-get update'", "echo apt-get update",
      "# apt-get update", "cat <<EOF\napt-get update\nEOF", "echo \"x; apt-get update\"",
      "apt-get update && xargs apt-get install -y < list",
      "set -eux; apt-get update; \\\n apt-get install -y --no-install-recommends x; rm -rf /x",
      "apt-get update && sh -c 'apt-get install x'",
      "apt-get update && bash <<X\napt-get install a\nX",
      "if ! x; then apt-get update && apt-get install -y x; fi", "apt-cache policy update",
      "my-apt-get update", "./apt-getupdate", "apt-get -o update install x", "",
    ])
  func installs(_ script: String) {
    #expect(history("RUN /bin/sh -c \(script) # buildkit").refreshes == [])
  }

  @Test(
    "that runs what cannot be looked into",
    arguments: [
      ("apt-get update && ./setup.sh", "setup.sh"), ("apt-get update && /opt/x/install", "install"),
      ("apt-get update && curl x | bash", "bash"),
      ("apt-get update && install_packages x", "install_packages"),
      ("apt-get update && sh setup.sh", "sh"), ("apt-get update; . /x", "."),
      ("apt-get update && make deps", "make"),
      ("apt-get update && $INSTALL x", "a command that is only known when it runs"),
    ])
  func unseen(_ script: String, name: String) {
    #expect(history("/bin/sh -c \(script)").refreshes.map(\.mayInstall) == [name])
  }

  @Test("tells the options that switch off signatures")
  func unverified() {
    let history = history(
      "RUN apt-get install -y --allow-unauthenticated a && apt-get install b",
      "RUN yum --nogpgcheck -y install a", "RUN apk add --allow-untrusted a", "RUN apk add a")
    #expect(
      history.installations.map(\.unverified) == [
        ["--allow-unauthenticated"], ["--nogpgcheck"], ["--allow-untrusted"], [],
      ])
  }

  @Test(
    "has the ADD of a base",
    arguments: [
      (["/bin/sh -c #(nop) ADD file:0a in / "], [true]),
      (["/bin/sh -c #(nop)  LABEL a=b", "/bin/sh -c #(nop) ADD file:0a in / "], [true]),
      (["ADD alpine-minirootfs-3.20.0-x86_64.tar.gz / # buildkit"], [true]),
      (["ADD rootfs.tar.xz / # buildkit", "ADD more.tar.xz / # buildkit"], [true, false]),
      (["/bin/sh -c #(nop) ADD file:0a in /app "], [false]),
      (["COPY a /a # buildkit", "ADD rootfs.tar / # buildkit"], [false]),
      (["ADD app / # buildkit"], [false]), (["ADD a.tar b.tar / # buildkit"], [false]),
      (["ADD https://example.com/rootfs.tar / # buildkit"], [false]),
      (["", "/bin/sh -c #(nop) ADD file:0a in / "], [false]),
      (["RUN echo ADD x"], []), (["/bin/sh -c echo \"ADD x\""], []), (["ENV ADDRESS=1"], []),
      (["/bin/sh -c #(nop)  ENV ADD=1 ADD x"], []), (["COPY ADD /x # buildkit"], []),
      (["/bin/sh -c #(nop)  ONBUILD ADD . /x"], []),
    ] as [([String], [Bool])])
  func additions(_ steps: [String], areRoot: [Bool]) {
    let history = ImageHistory(reducing: steps.reversed().map { HistoryItem($0) })
    #expect(history.additions.map(\.isRootFileSystem) == areRoot)
  }

  @Test("shows of an ADD nothing that is secret")
  func redactedAddition() {
    let token = "ghp_" + SecretScannerTests.body(36)
    let history = history(
      "COPY a /", "ADD https://bob:hunter2secret@example.com/a?sig=hunter3#x /b",
      "ADD https://example.com/\(token) /c")
    #expect(history.additions.map(\.what) == ["ADD [redacted] /b", "ADD [redacted] /c"])
    #expect(
      self.history("COPY a /", "ADD https://u@example.com/a?sig=x /b").additions.map(\.what) == [
        "ADD https://example.com/a /b"
      ])
  }

  @Test("keeps each secret once, with the step it stands in")
  func secrets() {
    let history = history(
      "/bin/sh -c #(nop) ADD file:0a in / ", "ENV DB_PASSWORD=hunter2",
      "RUN |1 API_TOKEN=\(SecretScannerTests.body(30)) /bin/sh -c x")
    #expect(
      history.secrets == [
        SecretTrace(kind: "password", place: "history step 2 (ENV)", length: 7),
        SecretTrace(kind: "token", place: "history step 3 (RUN)", length: 30),
      ])
    #expect(history.stepCount == 3)
  }

  @Test("knows the images that it was built upon")
  func bases() {
    let history = ImageHistory(reducing: [
      HistoryItem("RUN c", id: "sha256:3", tags: ["own:1"]), HistoryItem("RUN b", id: "<missing>"),
      HistoryItem("RUN a", id: "sha256:1", tags: ["base:1"]), HistoryItem("", id: "sha256:0"),
    ])
    #expect(history.bases == [.init(step: 2, id: "sha256:1")])
  }

  /// Each nests, or never ends.
  @Test(
    "is read in time that grows with its length alone",
    arguments: [
      "(", "$(", "`", "\"", "'", "<<A\n", "\\", "${", "\"$(", "a;", "sh -c '", "|1 A=b ", "<(",
      "{ ", "#", ">",
    ])
  func hostile(_ piece: String) {
    func time(_ bytes: Int) -> Duration {
      let text = "RUN /bin/sh -c " + String(repeating: piece, count: bytes / piece.utf8.count)
      return ProcessorTime.measure { _ = history(text) }
    }
    _ = time(1000)
    let short = min(time(10_000), time(10_000))
    #expect(time(80_000) < short * 24 + .milliseconds(40))
  }
}
