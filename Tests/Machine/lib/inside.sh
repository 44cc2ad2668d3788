# Running commands in a machine. Sourced by ../machine.
# shellcheck shell=bash

readonly guest_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# Becomes COMMAND in the machine whose first process is LEADER.
enter() { # LEADER COMMAND...
  local leader=$1 controllers path
  shift
  # Into init's own cgroups too, as `docker exec` does: /proc/self/cgroup then makes sense in there, limits and
  # accounting are the machine's, and `down` finds what a command leaves running.
  while IFS=: read -r _ controllers path; do
    if is_cgroup_v2; then controllers=; elif [[ -z $controllers ]]; then controllers=unified; fi
    [[ ! -d /sys/fs/cgroup/${controllers#name=} ]] || echo "$BASHPID" >"/sys/fs/cgroup/${controllers#name=}$path/cgroup.procs"
  done <"/proc/$leader/cgroup"
  # nsenter stays outside as the parent; the command is told when it is gone, or killing `machine exec` would only
  # kill the messenger.
  exec env -i PATH="$guest_path" HOME=/root LANG=C.UTF-8 TERM="${TERM:-dumb}" \
    nsenter --target "$leader" --all setpriv --pdeathsig TERM -- "$@"
}

# Sets `leader` to the first process of the machine at DIR. This is on the way of every command: no forks.
find_leader() { # DIR
  local name cgroups
  if ! { read -r leader <"$1/leader" && read -r name <"$1/name" && mapfile -t cgroups <"/proc/$leader/cgroup" &&
    [[ ${cgroups[*]} == *"/$name"* ]]; } 2>/dev/null; then
    echo "machine: no machine is running at $1" >&2
    exit 125 # what `docker exec` exits with for failures of its own
  fi
}

machine_exec() { # DIR COMMAND...
  find_leader "$1"
  shift
  enter "$leader" "$@"
}

machine_copy() { # DIR FILE DEST
  local mode
  mode=$(stat --dereference --format=%a -- "$2")
  # Written inside, where the links of the machine lead to the machine's own files, and renamed into place, so that
  # a running program can be replaced.
  # shellcheck disable=SC2016
  machine_exec "$1" sh -euc '
    destination=$1 mode=$2 name=$3
    if [ -d "$destination" ]; then destination=${destination%/}/$name; fi
    mkdir -p -- "$(dirname -- "$destination")"
    partial=$(mktemp -- "$destination.XXXXXX")
    trap "rm -f -- \"\$partial\"" EXIT
    cat >"$partial"
    chmod -- "$mode" "$partial"
    mv -fT -- "$partial" "$destination"
  ' copy "$3" "$mode" "$(basename -- "$2")" <"$2"
}
