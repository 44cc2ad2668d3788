/// The kernel's audit rules, as auditctl and augenrules load them.
///
/// Before each audit the kernel itself says whether the labels are true: every file is opened for
/// writing and its mode is set to what it was, and the log of auditd must have both where a rule is
/// said to cover the file, and none where it is not.
enum AuditStages {
  static let all = [
    stage("a rule for each file", setup + load(ruled), ruled),
    SandboxStages.stage(
      "the sandbox of the service, with a rule for each file",
      ruled.map { Expectation($0.slug, nil, $0.verdict, $0.because) }),
    Stage(
      "a dockward that may not ask for the rules",
      runBy: "setpriv --bounding-set -audit_control --inh-caps -audit_control", "",
      ruled.map {
        Expectation($0.slug, nil, "unknown", "it takes CAP_AUDIT_CONTROL to ask for them")
      }),
    stage("rules that miss", load(missed), missed),
    stage("rules for the directories above", load(above), above),
    stage("auditing switched off", "auditctl -e 0 >/dev/null", off),
    stage(
      "rules taken out of the kernel", "auditctl -e 1 >/dev/null; auditctl -D >/dev/null", gone),
    stage("rules that dockward adds", remediate, relabelled("pass", "dockward has added a rule")),
    stage("rules that dockward has taken out again", undo, gone),
    stage("a dockward that was killed while it added a rule", killed, gone),
  ]

  /// All at once; once more, which must change nothing; and after a boot, from the file.
  private static let remediate = """
    set -e
    slugs=\(ruled.map(\.slug).joined(separator: ","))
    file=/etc/audit/rules.d/dockward.rules
    state() { auditctl -l | sort; stat -c '%a %u:%g %i %y' $file; }
    dockward remediate $slugs >/dev/null
    state >/tmp/first
    dockward remediate $slugs >/dev/null
    state >/tmp/second
    cmp /tmp/first /tmp/second
    auditctl -D >/dev/null
    auditctl -R $file >/dev/null
    state >/tmp/second
    cmp /tmp/first /tmp/second
    """

  /// At each system call by which the kernel or a file below /etc is changed or the ledger is made to last; what
  /// else the ledger's do is shown where a process takes less time. Files are opened by whatever thread has the
  /// time, so which open it is cannot be told by a count.
  private static let killed = """
    bash crashes host-audit-etc-docker \
      'auditctl -l; cd /etc/audit/rules.d; stat -c "%n %a %u:%g" *; cat dockward.rules' \
      sendto,fsync,fdatasync,renameat2,unlinkat,fchmod
    """

  private static let undo = """
    set -e
    dockward undo >/dev/null
    auditctl -l | grep -qx 'No rules'
    test ! -e /etc/audit/rules.d/dockward.rules
    """

  /// From here on nothing changes the rules, so it has to come last.
  static let locked = stage(
    "rules locked until the next boot",
    """
    auditctl -w /etc/docker -p wa
    auditctl -e 2 >/dev/null
    if auditctl -D 2>/dev/null; then echo 'they are not locked'; exit 1; fi
    """,
    [
      Row("host-audit-etc-docker", "/etc/docker", "", "pass", "locked rules are in force"),
      Row("host-audit-runc", "/usr/sbin/runc", "", "fail", "there is no rule for it"),
    ])

  /// What one check has to say of the file that it is about, and the rule that makes it so.
  struct Row: Sendable {
    var slug: String
    var path: String
    /// One a line, as in a rules file.
    var rules: String
    var verdict: String
    var because: String

    init(_ slug: String, _ path: String, _ rules: String, _ verdict: String, _ because: String) {
      self.slug = slug
      self.path = path
      self.rules = rules
      self.verdict = verdict
      self.because = because
    }
  }

  private static let setup = """
    mkdir -p /etc/sysconfig /etc/etcetera /etcetera
    touch /etc/sysconfig/docker /etc/docker/daemon.json.old
    [[ -e /etc/docker/daemon.json ]] || echo '{}' >/etc/docker/daemon.json

    """

  private static let shim = "/usr/bin/containerd-shim-runc-v2"

  private static let ruled = [
    Row(
      "host-audit-dockerd", "/usr/sbin/dockerd", "-w /usr/sbin/dockerd -p wa -k docker", "pass",
      "a watch on it"),
    Row(
      "host-audit-run-containerd", "/run/containerd",
      "-a always,exit -F dir=/run/containerd -F perm=wa -F key=docker", "pass",
      "a rule on the directory"),
    Row(
      "host-audit-docker-data-root", "/var/lib/docker", "-w /var/lib/docker/ -p wa", "pass",
      "a watch on it, with a slash after it"),
    Row(
      "host-audit-etc-docker", "/etc/docker", "-w /etc/docker -p wa", "pass",
      "a watch on the directory"),
    Row(
      "host-audit-docker-service", "/usr/lib/systemd/system/docker.service",
      "-w /lib/systemd/system/docker.service -p wa", "pass", "a watch by its older name"),
    Row(
      "host-audit-containerd-socket", "/run/containerd/containerd.sock",
      "-w /run/containerd/containerd.sock -p wa", "pass", "a watch on it"),
    Row(
      "host-audit-docker-socket", "/run/docker.sock", "-w /var/run/docker.sock -p wa", "pass",
      "a watch by its older name"),
    Row(
      "host-audit-default-docker", "/etc/default/docker",
      "-a always,exit -F path=/etc/default/docker -F perm=wa", "pass", "a rule on the path"),
    Row(
      "host-audit-daemon-json", "/etc/docker/daemon.json", "-w /etc/docker/daemon.json -p rwxa",
      "pass", "a watch on everything that is done to it"),
    Row(
      "host-audit-containerd-config", "/etc/containerd/config.toml", "-w /etc/containerd -p wa",
      "pass", "a watch on the directory above"),
    Row(
      "host-audit-sysconfig-docker", "/etc/sysconfig/docker",
      "-a always,exit -S all -F path=/etc/sysconfig/docker", "pass",
      "all system calls, whatever the permission"),
    Row(
      "host-audit-containerd", "/usr/bin/containerd", "-w /usr/bin/containerd -p aw", "pass",
      "a watch on it"),
    Row(
      "host-audit-containerd-shim-runc-v2", shim,
      """
      -a always,exit -F arch=b64 -F path=\(shim) -F perm=wa
      -a always,exit -F arch=b32 -F path=\(shim) -F perm=wa
      """, "pass", "a rule for each kind of program that runs here"),
    Row(
      "host-audit-runc", "/usr/sbin/runc", "-w /usr/sbin/runc -p wa", "pass", "a watch on it"),
  ]

  private static let missed = [
    Row(
      "host-audit-dockerd", "/usr/sbin/dockerd", "-w /usr/sbin/dockerd -p r", "fail",
      "reading only"),
    Row(
      "host-audit-run-containerd", "/run/containerd", "-w /run/containerd/containerd.sock -p wa",
      "fail", "a watch on something beneath it"),
    Row(
      "host-audit-docker-data-root", "/var/lib/docker", "-w /var/lib/docker/containers -p wa",
      "fail", "a watch on something beneath it"),
    Row(
      "host-audit-etc-docker", "/etc/docker", "-w /etcetera -p wa", "fail",
      "a directory whose name begins with the same letters"),
    Row(
      "host-audit-docker-service", "/usr/lib/systemd/system/docker.service",
      "-w /usr/lib/systemd/system/docker.service -p x", "fail", "execution only"),
    Row(
      "host-audit-containerd-socket", "/run/containerd/containerd.sock", "", "pass",
      "the rule that does not cover the directory is about it"),
    Row(
      "host-audit-docker-socket", "/run/docker.sock",
      "-a always,exit -F path=/run/docker.sock -F perm=wa -F auid=1000", "fail", "one user only"),
    Row(
      "host-audit-default-docker", "/etc/default/docker",
      "-a always,exit -S execve -F path=/etc/default/docker", "fail",
      "a system call that changes nothing"),
    Row(
      "host-audit-daemon-json", "/etc/docker/daemon.json", "-w /etc/docker/daemon.json.old -p wa",
      "fail", "a file whose name begins with its name"),
    Row(
      "host-audit-containerd-config", "/etc/containerd/config.toml",
      """
      -a never,exit -F dir=/etc/containerd
      -w /etc/containerd/config.toml -p wa
      """, "fail", "a rule that comes first says never"),
    Row(
      "host-audit-sysconfig-docker", "/etc/sysconfig/docker",
      "-a always,exit -F path=/etc/sysconfig/docker -F perm=wa -F success=0", "fail",
      "failed attempts only"),
    Row(
      "host-audit-containerd", "/usr/bin/containerd", "-w \(shim) -p wa", "fail",
      "another program, whose name begins with its name"),
    Row("host-audit-containerd-shim-runc-v2", shim, "", "pass", "it is the one that is watched"),
    Row("host-audit-runc", "/usr/sbin/runc", "", "fail", "no rule is about it"),
  ]

  private static let above = relabelled(
    "pass", "a directory above it is watched",
    rules: "-w /etc -p wa\n-w /run -p wa\n-w /usr -p wa\n-w /var/lib -p wa")

  private static let off = relabelled("fail", "there are rules, and auditing is switched off")

  private static let gone = relabelled("fail", "the rules are in the files only")

  private static func relabelled(
    _ verdict: String, _ because: String, rules: String = ""
  ) -> [Row] {
    ruled.enumerated().map { index, row in
      Row(row.slug, row.path, index == 0 ? rules : "", verdict, because)
    }
  }

  /// Puts the rules into a file of their own and has augenrules load it, as an administrator would.
  private static func load(_ rows: [Row]) -> String {
    """
    printf '%s\\n' -D -b\\ 8192 >/etc/audit/rules.d/audit.rules
    cat >/etc/audit/rules.d/docker.rules <<'RULES'
    \(rows.map(\.rules).filter { !$0.isEmpty }.joined(separator: "\n"))
    RULES
    augenrules --load >/dev/null

    """
  }

  private static func stage(_ name: String, _ script: String, _ rows: [Row]) -> Stage {
    func paths(_ verdict: String) -> String {
      rows.filter { $0.verdict == verdict }.map(\.path).joined(separator: " ")
    }
    let truth = """

      covered=(\(paths("pass"))) uncovered=(\(paths("fail")))
      log=/var/log/audit/audit.log mark=dockward-$RANDOM-$RANDOM
      from=$(stat --format=%s $log)
      for path in "${covered[@]}" "${uncovered[@]}"; do
        target=$path
        if [[ -d $path ]]; then target=$path/dockward-probe; fi
        { : >>"$target"; } 2>/dev/null || true
        chmod "$(stat --format=%a "$target")" "$target"
      done
      # Nothing can be marked while auditing is off, and then nothing is to come either.
      if auditctl -s | grep -qx 'enabled 0'; then
        sleep 1
      else
        auditctl -m "$mark"
        until grep -q "$mark" $log; do sleep 0.1; done
      fi
      tail --bytes=+$((from + 1)) $log >/tmp/records
      rm -f /run/containerd/dockward-probe /var/lib/docker/dockward-probe /etc/docker/dockward-probe
      recorded() { grep 'type=PATH' /tmp/records | grep -qE "name=\\"$1(/dockward-probe)?\\" "; }
      wrong=()
      for path in "${covered[@]}"; do recorded "$path" || wrong+=("not recorded: $path"); done
      for path in "${uncovered[@]}"; do ! recorded "$path" || wrong+=("recorded: $path"); done
      if ((${#wrong[@]})); then
        auditctl -l
        auditctl -s
        ls -l /var/log/audit /tmp/records
        printf '%s\n' "${wrong[@]}"
        exit 1
      fi
      """
    return Stage(
      name, script + truth, rows.map { Expectation($0.slug, nil, $0.verdict, $0.because) })
  }
}
