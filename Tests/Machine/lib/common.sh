# Names, the register of running machines, and their cgroups. Sourced by ../machine, ../vm and ./boot.
# shellcheck shell=bash

# One file for each running machine, named like the machine. Its lines: the state directory, the root file system,
# the owner as "PID START", and the `machine up` that made it, as "PID START".
readonly register=/run/dockward-tests

# Every wait ends after so many seconds at the latest. Emulated processors need more.
readonly deadline=${DOCKWARD_MACHINE_DEADLINE:-60}

fail() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# A machine is named after its directory, so that `down` needs no state to find what a killed `up` left.
name_of() {
  local digest
  digest=$(printf %s "$1" | sha256sum)
  echo "dockward-${digest:0:12}"
}

# "PID START" of a living process. The start time, in ticks since boot, tells it from a later one with the same pid.
identity_of() {
  local stat fields
  [[ $1 =~ ^[1-9][0-9]*$ ]] || return 1
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # The second field is the command in parentheses and may hold anything: count from the last ")".
  read -ra fields <<<"${stat##*) }"
  [[ ${fields[0]} != [ZX] ]] || return 1
  echo "$1 ${fields[19]}"
}

is_alive() { # "PID START"
  [[ $(identity_of "${1%% *}") == "$1" ]]
}

# Runs a condition, here and there again, until it holds or the deadline is over.
wait_until() {
  local end=$((SECONDS + deadline))
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.02
  done
}

# Mount points of the cgroup hierarchies: one on cgroup v2, one for each (group of) v1 controllers otherwise.
cgroup_hierarchies() {
  awk '($3 == "cgroup" || $3 == "cgroup2") && $2 ~ "^/sys/fs/cgroup(/|$)" { print $2 }' /proc/self/mounts | sort -u
}

is_cgroup_v2() {
  [[ -f /sys/fs/cgroup/cgroup.controllers ]]
}

# Makes the machine's own cgroup at the top of every hierarchy.
cgroup_make() {
  local hierarchy group controller
  if is_cgroup_v2; then
    for controller in cpuset cpu io memory pids; do
      echo "+$controller" 2>/dev/null >/sys/fs/cgroup/cgroup.subtree_control || true
    done
  fi
  for hierarchy in $(cgroup_hierarchies); do
    group=$hierarchy/$1
    mkdir -p "$group"
    # A v1 cpuset is born empty, and takes no process until it is filled.
    if [[ -f $group/cgroup.clone_children && -f $group/cpuset.cpus ]]; then
      cat "$hierarchy/cpuset.cpus" >"$group/cpuset.cpus"
      cat "$hierarchy/cpuset.mems" >"$group/cpuset.mems"
      echo 1 >"$group/cgroup.clone_children"
    fi
  done
}

# The machine's own cgroup in every hierarchy where it still is.
cgroup_tops() {
  local hierarchy
  for hierarchy in $(cgroup_hierarchies); do
    [[ ! -d $hierarchy/$1 ]] || echo "$hierarchy/$1"
  done
}

# Kills what runs in a machine's cgroups and removes them; true once both are gone. Processes take a moment to end,
# and may start others before they do, so this is done over and over. Those of a paused container are frozen, and by
# cgroups of version 1 they do not even end.
cgroup_cleared() {
  local tops members file
  mapfile -t tops < <(cgroup_tops "$1")
  ((${#tops[@]})) || return 0
  mapfile -t members < <(find "${tops[@]}" -name cgroup.procs -exec cat {} + 2>/dev/null | sort -un)
  ((${#members[@]} == 0)) || kill -KILL "${members[@]}" 2>/dev/null || true
  while read -r file; do
    echo THAWED >"$file" || true
  done < <(find "${tops[@]}" -name freezer.state -exec grep -lv THAWED {} + 2>/dev/null) 2>/dev/null
  find "${tops[@]}" -depth -type d -exec rmdir {} + 2>/dev/null || true
  [[ -z $(cgroup_tops "$1") ]]
}
