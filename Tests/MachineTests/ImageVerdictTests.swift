import Foundation
import TestSupport
import Testing

/// An image of a machine, and what one check has to say of it.
struct ImageCase: Sendable {
  var image: String
  var slug: String
  var verdict: String
  /// A part of what is observed.
  var observed = ""
  /// Why that is the truth.
  var because: String
}

@Suite(
  "Images of a real Engine", .enabled(if: Machine.obstacle == nil, "\(Machine.obstacle ?? "")"))
struct ImageVerdictTests {
  /// Each `FROM` needs no registry: the image of the machine, or nothing.
  static let preparation = """
    set -e; exec >/dev/null 2>&1
    export DOCKER_BUILDKIT=0
    mkdir -p /tmp/images && cd /tmp/images
    build() { docker build --tag "$1" --file - . ; }
    mkdir rootfs && mkdir rootfs/bin && cp /usr/bin/busybox rootfs/bin/ && ln -s busybox rootfs/bin/sh
    for tool in touch chmod rm mkdir echo true sleep; do ln -s busybox rootfs/bin/$tool; done
    tar -C rootfs -c . > rootfs.tar
    build base:1 <<'END'
    FROM scratch
    ADD rootfs.tar /
    CMD ["sh"]
    END
    build privileged:1 <<'END'
    FROM base:1
    RUN mkdir /d /o && touch /su /sg /gone /replaced /d/in /o/in /plain && chmod 4755 /su /gone /replaced /d/in /o/in && chmod 2755 /sg
    HEALTHCHECK CMD true
    USER 1000:1000
    END
    build cleaned:1 <<'END'
    FROM privileged:1
    USER 0
    RUN rm /su /sg /gone /d/in && rm -r /o && mkdir /o && rm /replaced && touch /replaced
    HEALTHCHECK NONE
    END
    build partly:1 <<'END'
    FROM privileged:1
    USER 0:0
    RUN rm /gone && rm -r /o && mkdir /o && rm /replaced && touch /replaced && rm -r /d && touch /o/new && chmod 6711 /o/new
    END
    build updated:1 <<'END'
    FROM base:1
    RUN true || apt-get update
    RUN true || (apt-get update && apt-get install -y curl)
    END
    build installed:1 <<'END'
    FROM base:1
    RUN echo "apt-get update" && echo "ADD x"
    RUN true || { apt-get update; apt-get install --allow-unauthenticated -y curl; }
    ENV ADDRESS=1
    COPY rootfs.tar /copied
    END
    build added:1 <<'END'
    FROM base:1
    ADD rootfs.tar /added
    END
    build secrets:1 <<'END'
    FROM base:1
    ARG API_TOKEN
    ENV DB_PASSWORD="hunter2 with space" OTHER_PASSWORD=changeme THIRD_PASSWORD_FILE=/run/secrets/x
    LABEL com.example.key=AKIAQ3ZK7M2XWPLV5RTN
    RUN true ghp_aZ3kQ9xW7mB2pL5vR8tN4cY6dF1gHaZ3kQ9x
    ENV DB_PASSWORD=
    END
    docker build --tag argument:1 --build-arg API_TOKEN=aZ3kQ9xW7mB2pL5vR8tN4cY6dF1gH --file - . <<'END'
    FROM base:1
    ARG API_TOKEN
    RUN true
    END
    docker create --name to-commit base:1 true
    docker commit --change 'ENV COMMIT_SECRET=aZ3kQ9xW7mB2pL5vR8tN' --change 'HEALTHCHECK CMD true' to-commit committed:1
    docker rm to-commit
    tar -C rootfs -c . | docker import --change 'USER 1000' - imported:1
    docker run -d --name as-root base:1 sleep 86400
    docker run -d --name as-user --user 1000 base:1 sleep 86400
    docker run -d --name by-image privileged:1 sleep 86400
    docker create --name stopped-root base:1
    docker create --name stopped-zero --user 0:0 base:1
    docker create --name stopped-user privileged:1
    docker create --name stopped-name --user app base:1
    """

  private static let files = "image-setuid-setgid"
  static let images: [ImageCase] = [
    ImageCase(image: "base:1", slug: files, verdict: "pass", because: "busybox has none"),
    ImageCase(
      image: "privileged:1", slug: files, verdict: "fail",
      observed: "'/d/in' 4755 0:0, '/gone' 4755 0:0, '/o/in' 4755 0:0, '/replaced' 4755 0:0, "
        + "'/sg' 2755 0:0, '/su' 4755 0:0",
      because: "all were made in its last layer"),
    ImageCase(
      image: "cleaned:1", slug: files, verdict: "pass",
      because: "whiteouts, an opaque directory and a replaced file hide them all"),
    ImageCase(
      image: "partly:1", slug: files, verdict: "fail",
      observed: "'/o/new' 6711 0:0, '/sg' 2755 0:0, '/su' 4755 0:0",
      because: "what was not removed shows, and what is new"),
    ImageCase(
      image: "updated:1", slug: "image-update-instructions", verdict: "fail",
      observed: "step 3: apt-get update", because: "the first step installs nothing"),
    ImageCase(
      image: "installed:1", slug: "image-update-instructions", verdict: "pass",
      because: "one only prints, the other installs"),
    ImageCase(
      image: "installed:1", slug: "image-verified-packages", verdict: "manual",
      observed: "--allow-unauthenticated", because: "signatures are not checked"),
    ImageCase(
      image: "base:1", slug: "image-copy-not-add", verdict: "pass",
      because: "ADD is its root file system"),
    ImageCase(
      image: "installed:1", slug: "image-copy-not-add", verdict: "pass",
      because: "it prints ADD, has an address, and copies"),
    ImageCase(
      image: "added:1", slug: "image-copy-not-add", verdict: "fail", observed: "/added",
      because: "ADD of an archive"),
    ImageCase(
      image: "imported:1", slug: "image-copy-not-add", verdict: "pass", because: "imported"),
    ImageCase(
      image: "secrets:1", slug: "image-secrets", verdict: "fail",
      observed: "AWS access key in label com.example.key (20 bytes)", because: "a key in a label"),
    ImageCase(
      image: "secrets:1", slug: "image-secrets", verdict: "fail",
      observed: "password in history step",
      because: "unset by a later step, and still in the history"),
    ImageCase(
      image: "secrets:1", slug: "image-secrets", verdict: "fail",
      observed: "GitHub token in history step", because: "in a command"),
    ImageCase(
      image: "argument:1", slug: "image-secrets", verdict: "fail",
      observed: "token in history step",
      because: "a build argument stays in the history"),
    ImageCase(
      image: "committed:1", slug: "image-secrets", verdict: "fail",
      observed: "secret in ENV COMMIT_SECRET", because: "given when it was committed"),
    ImageCase(image: "base:1", slug: "image-secrets", verdict: "pass", because: "nothing but PATH"),
    ImageCase(
      image: "privileged:1", slug: "image-healthcheck", verdict: "pass", because: "a command"),
    ImageCase(image: "cleaned:1", slug: "image-healthcheck", verdict: "fail", because: "NONE"),
    ImageCase(image: "base:1", slug: "image-healthcheck", verdict: "fail", because: "none"),
    ImageCase(
      image: "committed:1", slug: "image-healthcheck", verdict: "pass", because: "a command"),
  ]

  static let containers = [
    ("as-root", "fail"), ("as-user", "pass"), ("by-image", "pass"), ("stopped-root", "fail"),
    ("stopped-zero", "fail"), ("stopped-user", "pass"), ("stopped-name", "unknown"),
  ]

  @Test("are judged right, and from what is remembered as well", arguments: Machine.Suite.allCases)
  func verdicts(_ suite: Machine.Suite) async throws {
    try await Machine.with(suite) { machine in
      try machine.shell(Self.preparation)
      let cold = try machine.run("dockward", "--format", "json")
      try cold.expectSuccess()
      #expect(cold.errors.contains("image layers for the first time"))
      let first = try AuditReport(json: Data(cold.output.utf8))
      expect(first)
      let warm = try machine.run("dockward", "--format", "json")
      #expect(!warm.errors.contains("image layers"))
      expect(try AuditReport(json: Data(warm.output.utf8)))
      let secrets = "hunter2|aZ3kQ9xW7mB2pL5v|AKIAQ3ZK"
      let told = try machine.shell(
        """
        dockward --save-snapshot /tmp/s.json > /tmp/text; dockward --format json > /tmp/json
        grep -lE '\(secrets)' /tmp/s.json /tmp/text /tmp/json /var/lib/dockward/cache/* || true
        """)
      #expect(told == "", "a secret is told")
      #expect(
        try machine.shell(
          "stat -c %a /var/lib/dockward /var/lib/dockward/cache /var/lib/dockward/cache/*")
          == "700\n700\n600\n")
      // A layer that was written to is looked at again.
      try machine.shell(
        """
        layer=$(docker image inspect --format '{{.GraphDriver.Data.UpperDir}}' cleaned:1)
        touch "$layer/sneaked" && chmod 4755 "$layer/sneaked"
        """)
      #expect(try machine.audit().verdict(Self.files, "image:cleaned:1") == "fail")
      print(
        "\(suite): \(2 * (Self.images.count + Self.containers.count)) verdicts on images and their users"
      )
    }
  }

  private func expect(_ report: AuditReport) {
    for row in Self.images {
      let subject = (try? report.check(row.slug))?.subjects.first {
        $0.subject == "image:\(row.image)"
      }
      #expect(
        subject?.verdict == row.verdict && (subject?.observed.contains(row.observed) ?? false)
          || row.observed.isEmpty && subject?.verdict == row.verdict,
        "\(row.slug) of \(row.image) (\(row.because)): \(subject.map { "\($0)" } ?? "nothing")")
    }
    for (name, verdict) in Self.containers {
      #expect(
        (try? report.verdict("image-non-root-user", "container:\(name)")) == verdict, "\(name)")
    }
  }

  /// The image store of containerd, which newer Engines have by default; the older one has none.
  @Test("are found in containerd's image store")
  func containerdStore() async throws {
    try await Machine.with(.trixie) { machine in
      try machine.shell(
        """
        set -e; exec >/dev/null 2>&1
        mkdir -p /etc/docker && echo '{"features": {"containerd-snapshotter": true}}' > /etc/docker/daemon.json
        systemctl restart docker
        mkdir -p /tmp/r/bin && cp /usr/bin/busybox /tmp/r/bin/ && cp /tmp/r/bin/busybox /tmp/r/bin/su
        chmod 4755 /tmp/r/bin/su
        tar -C /tmp/r -c . | docker import --change 'ENV A_PASSWORD=hunter2' - stored:1
        rm /tmp/r/bin/su && tar -C /tmp/r -c . | docker import - plain:1
        """)
      let report = try machine.audit()
      #expect(try report.verdict(Self.files, "image:stored:1") == "fail")
      #expect(try report.verdict(Self.files, "image:plain:1") == "pass")
      #expect(try report.verdict("image-secrets", "image:stored:1") == "fail")
      #expect(try report.verdict("image-healthcheck", "image:plain:1") == "fail")
      print("trixie with containerd's image store: 4 verdicts on images")
    }
  }
}
