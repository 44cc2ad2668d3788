# From boot to removal. Sourced by ../vm.
# shellcheck shell=bash

# A machine is ended after so many seconds, whatever it does.
readonly lifetime=${DOCKWARD_VM_DEADLINE:-1200}

vm_ready() {
  local missing=() program free
  [[ $(uname -s) == Linux ]] || missing+=("not Linux")
  [[ $(uname -m) == x86_64 ]] || missing+=("not an x86_64: the machine's kernel is")
  ((EUID == 0)) || missing+=("not root, who alone can make the file system on the disk")
  for program in qemu-system-x86_64 debootstrap mkfs.ext4 unshare setpriv flock tar; do
    command -v "$program" >/dev/null || missing+=("no $program")
  done
  free=$(awk '$1 == "MemAvailable:" { print int($2 / 1024) }' /proc/meminfo)
  ((free > memory + 256)) || missing+=("only $free MiB of memory: the machine takes $memory")
  ((${#missing[@]} == 0)) || { printf '%s\n' "${missing[@]}" >&2; exit 1; }
}

# MiB of memory that a machine has.
readonly memory=2048

# Without cmpxchg16b (feature 141), because qemu 7.2 may answer it with garbage in the flags, which the next interrupt
# takes for a task in virtual 8086 mode: the kernel, which uses it to allocate memory, then dies of a double fault.
# A machine that has to share its processors may take minutes to start a service.
readonly kernel_options="root=/dev/vda rw console=ttyS0 quiet panic=-1 mitigations=off clearcpuid=141 \
audit=1 audit_backlog_limit=8192 apparmor=1 security=apparmor \
systemd.show_status=0 systemd.default_timeout_start_sec=600"

vm_disk() { # SUITE
  find_disk "$1"
  echo "$disk"
}

vm_run() { # SUITE IN OUT
  local in out began owner
  in=$(realpath -e -- "$2") || fail "there is no $2"
  out=$(realpath -m -- "$3")
  [[ -x $in/run ]] || fail "$in/run is not a program"
  [[ ! -e $out || (-d $out && -z $(ls -A -- "$out")) ]] || fail "$out is there already, and not an empty directory"
  owner=$(identity_of "$PPID") || fail "its owner, process $PPID, is not running"
  find_disk "$1"

  vm_sweep
  # Not local: the traps need them.
  scratch=$(mktemp -d "$cache/vm-run.XXXXXX")
  qemu=
  trap 'vm_end' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM

  identity_of $$ >"$scratch/owner"
  # In and out by tar on raw disks: no network, no shared file system, nothing that the guest's kernel must have.
  tar -C "$in" --owner=0 --group=0 -cf "$scratch/in" .
  # All that the machine writes to its first disk goes to a file that has no name and ends with qemu (snapshot=on), in
  # TMPDIR.
  local arguments=(
    -accel tcg,thread=multi -cpu Nehalem -smp 2 -m "$memory"
    -nodefaults -no-user-config -display none -serial "file:$scratch/console" -no-reboot -nic none
    -kernel "$disk/vmlinuz" -initrd "$disk/initrd"
    -append "$kernel_options"
    -drive "file=$disk/disk,if=virtio,format=raw,snapshot=on,cache=unsafe"
    -drive "file=$scratch/in,if=virtio,format=raw,readonly=on"
    -drive "file=$scratch/out,if=virtio,format=raw,cache=unsafe"
  )
  # Under emulation with several threads a kernel that changes its own code may trip over it and die, whatever runs in
  # it: that is begun anew, twice.
  local attempt
  for attempt in 1 2 3; do
    began=$SECONDS
    truncate --size=0 "$scratch/console" "$scratch/out"
    truncate --size=64M "$scratch/out"
    # Ends with this script even when that is killed.
    TMPDIR=$scratch setpriv --pdeathsig KILL qemu-system-x86_64 "${arguments[@]}" </dev/null >"$scratch/qemu" 2>&1 &
    qemu=$!
    while identity_of "$qemu" >/dev/null; do
      is_alive "$owner" || fail "ended, since process ${owner% *} is gone, which wanted it"
      ((SECONDS - began < lifetime)) || vm_failed "ended after $lifetime seconds, with no result"
      sleep 0.2
    done
    wait "$qemu" || vm_failed "qemu ended with exit status $?"
    qemu=
    grep -aq 'Kernel panic' "$scratch/console" || break
    printf 'attempt %s: the kernel of the machine died\n' "$attempt" >&2
  done

  mkdir -p -- "$out"
  tar -C "$out" -xf "$scratch/out" 2>/dev/null && [[ -f $out/status ]] || vm_failed "it ended without a result"
  [[ $(cat "$out/status") == 0 ]] || vm_failed "what ran in it ended with exit status $(cat "$out/status")"
  echo "suite=$1 seconds=$((SECONDS - began))"
}

# Removes what runs that were killed have left.
vm_sweep() {
  local folder owner
  for folder in "$cache"/vm-run.??????; do
    owner=$(cat "$folder/owner" 2>/dev/null) || continue
    is_alive "$owner" || rm -rf -- "$folder"
  done
}

# Says why, and keeps what tells more.
vm_failed() {
  local log=$disk.console
  cat "$scratch/qemu" "$scratch/console" >"$log" 2>/dev/null || true
  tail -n 30 "$log" >&2
  fail "$*; the whole console is $log"
}

vm_end() {
  local status=$?
  trap - EXIT
  trap '' HUP INT TERM
  if [[ -n $qemu ]]; then
    kill -KILL "$qemu" 2>/dev/null || true
    wait "$qemu" 2>/dev/null || true
  fi
  rm -rf -- "$scratch"
  exit "$status"
}
