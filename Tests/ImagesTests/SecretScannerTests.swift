import HardeningModel
import Testing

@testable import Images

/// What is a secret, and what only looks like one. None of these was ever valid: their bodies are made
/// of a fixed alphabet.
@Suite("Secrets")
struct SecretScannerTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var text: String
    var kinds: [String]
    init(_ text: String, _ kinds: String...) {
      self.text = text
      self.kinds = kinds
    }
    var testDescription: String { String(text.prefix(60)) }
  }

  /// So many characters that look as if a machine had made them.
  static func body(_ count: Int, _ alphabet: String = "aZ3kQ9xW7mB2pL5vR8tN4cY6dF1gH") -> String {
    let letters = Array(alphabet)
    return String((0..<count).map { letters[($0 * 7 + $0 / letters.count) % letters.count] })
  }
  static let hex = "0a3f9c7e5b1d8246"
  static let base32 = "Q3ZK7M2XWPLV5RTN"
  static let pem = "-----BEGIN RSA " + "PRIVATE KEY-----"

  static let known: [Case] = [
    Case("x AKIA\(body(16, base32)) y", "AWS access key"),
    Case("ASIA\(body(16, base32))", "AWS session key"),
    Case("AIza\(body(35))", "Google API key"),
    Case("GOCSPX-\(body(28))", "Google OAuth secret"),
    Case("git clone https://ghp_\(body(36))@github.com/x", "GitHub token"),
    Case("ghs_\(body(36))", "GitHub token"),
    Case("github_pat_\(body(22))_\(body(59))", "GitHub token"),
    Case("glpat-\(body(20))", "GitLab token"),
    Case("npm_\(body(36))", "npm token"),
    Case("pypi-AgE\(body(80))", "PyPI token"),
    Case("dckr_pat_\(body(27))", "Docker token"),
    Case("xoxb-\(body(40))", "Slack token"),
    Case("https://hooks.slack.com/services/T\(body(8))/B\(body(8))/\(body(24))", "Slack webhook"),
    Case("sk_live_\(body(24))", "Stripe key"),
    Case("hvs.\(body(90))", "Vault token"),
    Case("AccountKey=\(body(86))==;EndpointSuffix=core", "Azure storage key"),
    Case("dop_v1_\(body(64, hex))", "DigitalOcean token"),
    Case("AGE-SECRET-KEY-1\(body(58, "Q3ZK7M2XWPLV5RTN4CY6DF"))", "age private key"),
    Case("eyJ\(body(20)).eyJ\(body(60)).\(body(43))", "JSON Web Token"),
    Case("\(pem)\nMIIE\(body(60))\n", "private key"),
    Case("KEY=\(pem)\\nMIIE\(body(60))\\n", "private key"),
    Case("a\\n\(pem)\\nMIIE\(body(60))", "private key"),
    Case("\(pem)\nProc-Type: 4,ENCRYPTED\n", "private key"),
    Case("-----BEGIN OPENSSH " + "PRIVATE KEY-----\n\(body(70))", "private key"),
    Case("-----BEGIN PGP " + "PRIVATE KEY BLOCK-----\n\nlQOY\(body(60))", "private key"),
    Case("echo one\\nghp_\(body(36))", "GitHub token"),
  ]

  static let named: [Case] = [
    Case("DB_PASSWORD=hunter2", "password"),
    Case("ENV A=1 DB_PASSWORD=hunter2 with space", "password"),
    Case("|1 API_TOKEN=\(body(24)) /bin/sh -c true", "token"),
    Case("export DB_PASS='s3cr3t-thing' && make", "password"),
    Case("AWS_SECRET_ACCESS_KEY=\(body(40))", "key"),
    Case("AWS_SECRET_ACCESS_KEY=/b\(body(38))", "key"),
    Case("dbPassword: \"hunter2\"\n"),
    Case(#"{"password": "hunter2"}"#, "password"),
    Case(#"echo "{\"password\": \"hunter2\"}" > f"#, "password"),
    Case("tool --password hunter2", "password"),
    Case("tool --password=hunter2", "password"),
    Case("tool --api-token \(body(20))", "token"),
    Case("//registry.npmjs.org/:_authToken=\(body(36))", "token"),
    Case("curl https://bob:hunter2x@example.com/x", "password in an address"),
    Case("X-Vault-Token: \(body(24))", "token"),
    Case("password = hunter2correcthorse", "password"),
    Case("MYSQL_ROOT_PASSWORD=password", "password"),
  ]

  static let innocent: [Case] = [
    "", "PASSWORD=", "PASSWORD=changeme", "PASSWORD=${PASSWORD}", "PASSWORD=$1", "TOKEN=$(cat t)",
    "PASSWORD=\"$DB_PASSWORD\"", "PASSWORD=/run/secrets/password", "PASSWORD_FILE=/x/hunter2abc",
    "DB_PASSWORD_FILE=hunter2correct", "SECRET_NAME=my-secret-name-of-old", "PASSWORD=********",
    "PASSWORD=<your password>", "API_KEY=your-api-key-here", "TOKEN=xxxxxxxxxxxxxxxx",
    "PASSWORD=xxx",
    "TOKEN_URL=https://auth.example.com/oauth/token/of/this", "TOKEN=short", "ADDRESS=1.2.3.4",
    "GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568", "PATH=/usr/local/bin:/usr/bin",
    "PYTHON_SHA256=\(body(64, hex))", "PWD=/home/somebody", "OLDPWD=/srv/x-y-z",
    "COMPASS=northwest",
    "AKIAIOSFODNN7EXAMPLE", "AKIAXXXXXXXXXXXXXXXX", "xAKIA\(body(16, base32))",
    "AKIA\(body(17, base32))", "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "ghp_short",
    "grep -q '\(pem)' key.pem", "-----BEGIN CERTIFICATE-----\n\(body(64))",
    "-----BEGIN PUBLIC KEY-----\n\(body(64))", "https://example.com/a:b@c", "http://host:8080/x",
    "https://$USER:$TOKEN@example.com/", "https://user@example.com/",
    "[ \"$PASSWORD\" = \"hunter2\" ]",
    "if [ $TOKEN = abcdefghijkl1234 ]; then", "${PASSWORD:-hunter2}", "echo 'Enter password: now'",
    "sed -i 's/password=.*/x/'", "eyJhbGciOiJIUzI1NiJ9", "eyJ.eyJ.", "file:0123456789abcdef in /",
    "sha256:\(body(64, hex))", "apt-get install -y libsecret-1-0 passwd", "--password-file /x/y",
    "tool --password --user bob", "useradd -p '*' bob", "tokenizer=unigram-1234567890",
    "PASSWORD_MIN_LENGTH=1234", "SECRET=kubernetes",
  ].map { Case($0) }

  @Test("are found", arguments: known + named)
  func positives(_ row: Case) {
    #expect(SecretScanner.traces(in: row.text, place: "x").map(\.kind) == row.kinds)
  }

  @Test("are not seen where there are none", arguments: innocent)
  func negatives(_ row: Case) {
    #expect(SecretScanner.traces(in: row.text, place: "x").map(\.kind) == [])
  }

  @Test(
    "of an assignment are its whole value",
    arguments: [
      ("DB_PASSWORD=two words; here", "ENV DB_PASSWORD", 15),
      ("A_TOKEN=$DOLLAR", nil, nil), ("A=ghp_\(body(36))", "ENV A", 40),
      ("API_TOKEN=ghp_\(body(36))", "ENV API_TOKEN", 40), ("PLAIN=text of no meaning", nil, nil),
      ("JAVA_OPTS=-Ddb.password=hunter2 -Xmx1g", "ENV JAVA_OPTS", 7),
      ("ghp_\(body(36))=1", "ENV (a name that holds a secret)", 40), ("NOEQUALS", nil, nil),
    ] as [(String, String?, Int?)])
  func assignments(_ text: String, place: String?, length: Int?) {
    let traces = SecretScanner.traces(inAssignment: text, place: "ENV")
    #expect(traces.map(\.place) == [place].compactMap { $0 })
    #expect(traces.map(\.length) == [length].compactMap { $0 })
  }

  /// Whatever is found, nothing of it is told but its kind and length.
  @Test("are told without themselves", arguments: known + named)
  func redaction(_ row: Case) {
    for text in [row.text, "X_PASSWORD=" + row.text, row.text + "=x"] {
      for trace in SecretScanner.traces(inAssignment: text, place: "ENV") {
        let told = "\(trace)"
        for secret in SecretScanner.found(in: Array(text.utf8)).filter({ !$0.isByName }) {
          let value = String(decoding: Array(text.utf8)[secret.range], as: UTF8.self)
          #expect(!told.contains(value))
        }
      }
    }
  }

  /// Each is a way to make a search begin again and again at every place.
  @Test(
    "are looked for in time that grows with the text alone",
    arguments: [
      "a", "-", "a-", "=", "PASSWORD=", "PASSWORD=\"", "eyJa", "eyJaaaaaaaaaaaaaaa-", "-eyJ",
      "glpat-",
      "-----BEGIN ", "-----BEGIN RSA PRIVATE KEY-----", "://", "a://b:", "a://b:c@", "--token ",
      "AKIA",
      "\\n", "TOKEN:", "\"password\":\"", "hvs.", "$(", "xoxb-", "ghp_", "eyJaaaaaaaaaaaaaaa.eyJ.",
    ])
  func hostile(_ piece: String) {
    func time(_ bytes: Int) -> Duration {
      let text = String(repeating: piece, count: bytes / piece.utf8.count)
      return ProcessorTime.measure { _ = SecretScanner.traces(in: text, place: "") }
    }
    _ = time(1000)
    let short = min(time(10_000), time(10_000), time(10_000))
    let long = min(time(80_000), time(80_000))
    // Eight times as long; sixty-four times as slow would be the square.
    #expect(long < short * 24 + .milliseconds(20), "\(short), then \(long)")
  }
}
