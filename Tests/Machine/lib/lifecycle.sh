# From boot to removal. Sourced by ../machine.
# shellcheck shell=bash

machine_ready() {
  local missing=() program hierarchy probe controller
  [[ $(uname -s) == Linux ]] || { echo "not Linux" >&2; exit 1; }
  ((EUID == 0)) || missing+=("not root")
  for program in systemd-nspawn debootstrap unshare nsenter setsid setpriv flock pgrep mount awk; do
    command -v "$program" >/dev/null || missing+=("no $program")
  done
  grep -qw overlay /proc/filesystems || modprobe -q overlay 2>/dev/null || missing+=("no overlay file system")
  if ((EUID == 0)); then
    unshare --mount true 2>/dev/null || missing+=("may not make a mount namespace")
    [[ -n $(cgroup_hierarchies) ]] || missing+=("no cgroups at /sys/fs/cgroup")
    probe=dockward-ready-$$
    for hierarchy in $(cgroup_hierarchies); do
      mkdir "$hierarchy/$probe" 2>/dev/null || missing+=("cannot make a cgroup in $hierarchy")
    done
    if is_cgroup_v2; then
      cgroup_make "$probe" 2>/dev/null || true
      for controller in cpu memory pids; do
        grep -qsw "$controller" "/sys/fs/cgroup/$probe/cgroup.controllers" || missing+=("no cgroup controller $controller")
      done
    fi
    cgroup_cleared "$probe" || missing+=("cannot remove a cgroup")
  fi
  ((${#missing[@]} == 0)) || { printf '%s\n' "${missing[@]}" >&2; exit 1; }
}

machine_up() { # SUITE DIR
  local owner began entry
  began=$(date +%s%3N)
  find_rootfs "$1"
  # Not local, nor are nspawn and leader: the trap and the conditions below need them.
  dir=$(realpath -m -- "$2")
  [[ ! -e $dir || (-d $dir && -z $(ls -A -- "$dir")) ]] || fail "$dir is there already, and not an empty directory"
  [[ $dir != *$'\n'* ]] || fail "there is a line break in the name of the directory"
  name=$(name_of "$dir")
  owner=$(identity_of "${DOCKWARD_MACHINE_OWNER:-$PPID}") ||
    fail "its owner, process ${DOCKWARD_MACHINE_OWNER:-$PPID}, is not running"

  # Registered before anything is made, in one step, and only if nobody else has.
  mkdir -p "$register"
  entry=$register/.$name.$$
  printf '%s\n' "$dir" "$rootfs" "$owner" "$(identity_of $$)" >"$entry"
  ln -T "$entry" "$register/$name" 2>/dev/null || { rm -f "$entry"; fail "there is a machine at $dir already"; }
  rm -f "$entry"
  trap 'up_failed' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM

  # What the machine cannot load for itself, and the Engine needs.
  modprobe -qa overlay bridge br_netfilter veth iptable_nat nf_nat xt_addrtype xt_conntrack xt_MASQUERADE 2>/dev/null || true
  cgroup_make "$name"
  mkdir -p -- "$dir/state"
  echo "$name" >"$dir/name"
  setsid unshare --mount --propagation private "$here/lib/boot" "$name" "$rootfs" "$dir" \
    </dev/null >"$dir/console" 2>&1 &
  nspawn=$!
  disown "$nspawn" # or bash would report its end
  wait_until leader_is_there || fail "no systemd after $deadline seconds"
  echo "$leader" >"$dir/leader"
  ln -s "/proc/$leader/root" "$dir/root"
  wait_until system_is_up || fail "systemd is still \"$state\" after $deadline seconds"
  engine=$(within "$deadline" docker version --format '{{.Server.Version}}') || fail "dockerd does not answer"
  within "$deadline" docker import --change 'CMD ["/bin/sh"]' /usr/lib/dockward-test/busybox.tar busybox:latest >/dev/null ||
    fail "could not load the image"

  trap - EXIT HUP INT TERM
  echo "leader=$leader engine=$engine milliseconds=$(($(date +%s%3N) - began))"
}

# The steps of `up`, and what it waits for.
within() { # SECONDS COMMAND...
  # Who has started this may block all other signals, as threads of libdispatch do.
  (enter "$leader" timeout --signal=KILL "$@")
}

nspawn_lives() {
  identity_of "$nspawn" >/dev/null || fail "systemd-nspawn has ended"
}

leader_is_there() {
  nspawn_lives
  leader=$(pgrep --parent "$nspawn" --exact systemd)
}

system_is_up() {
  nspawn_lives
  # Not for the whole time at once, since bash looks at signals only in between.
  state=$(within 2 systemctl is-system-running --wait 2>/dev/null) || true
  [[ $state == running || $state == degraded ]]
}

up_failed() {
  local status=$?
  trap - EXIT
  trap '' HUP INT TERM
  if ((status < 128)); then
    # Not interrupted, so somebody will want to know why.
    tail -n 30 "$dir/console" >&2 || true
    [[ -z ${leader-} ]] || within 5 journalctl --no-pager --boot --priority=warning --lines=30 >&2 || true
  fi
  machine_down "$dir"
  exit $((status == 0 ? 1 : status))
}

# There is nothing in a machine worth a clean shutdown, so it is not asked for one: its first process is killed, and
# the kernel ends the others with it, and then the mounts and network interfaces, which lie in namespaces of theirs.
# What remains are cgroups and the directory. Nothing is lost when this is interrupted, or done twice.
machine_down() { # DIR
  local dir name entry=()
  dir=$(realpath -m -- "$1")
  name=$(name_of "$dir")
  if [[ -f $register/$name ]]; then
    mapfile -t entry <"$register/$name"
    # A `machine up` still at work would make again what is removed here.
    if [[ ${entry[3]} != "$$ "* ]] && is_alive "${entry[3]}"; then
      kill -KILL "${entry[3]%% *}" 2>/dev/null || true
    fi
  fi
  wait_until cgroup_cleared "$name" ||
    fail "could not end $dir in $deadline seconds; what remains is in $(cgroup_tops "$name" | head -n 1)"
  # Without an entry the directory is none of ours.
  ((${#entry[@]})) || return 0
  # By name and without recursion: whatever else is in there, somebody put there.
  rm -f -- "$dir"/{leader,name,root,console}
  rmdir -- "$dir/state" "$dir" 2>/dev/null || true
  [[ ! -d $dir ]] || echo "machine: left $dir, there are other files in it" >&2
  # The register itself stays, for another machine may be about to enter itself.
  rm -f "$register/$name" "$register/.$name".*
}

machine_sweep() {
  local file entry status=0
  for file in "$register"/dockward-*; do
    [[ -f $file ]] || continue
    mapfile -t entry <"$file"
    is_alive "${entry[2]}" && continue
    echo "machine: ending ${entry[0]}, whose owner is gone" >&2
    (machine_down "${entry[0]}") || status=1
  done
  return "$status"
}
