# The root file systems: made once by debootstrap, cached, and never written to afterwards. Sourced by ../machine and
# ../vm.
# shellcheck shell=bash

readonly cache=${DOCKWARD_TEST_CACHE:-/var/cache/dockward-tests}

rootfs_packages() { # SUITE
  local packages=(
    systemd systemd-sysv dbus                               # the init system
    docker.io iptables iproute2 kmod ca-certificates        # the Engine
    auditd                                                  # for its files and auditctl; masked below
    libsystemd0 libsqlite3-0 libstdc++6 libgcc-s1           # what dockward is linked to
    busybox-static curl jq procps strace time               # for the tests themselves
  )
  # Debian 13 split the client from the Engine.
  [[ $1 != trixie ]] || packages+=(docker-cli)
  local IFS=,
  echo "${packages[*]}"
}

rootfs_build() { # SUITE ROOT
  local suite=$1 root=$2 unit
  # In namespaces of its own, which end with this script: nothing of a broken build stays mounted or running.
  setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc \
    debootstrap --variant=minbase --include="$(rootfs_packages "$suite")" "$suite" "$root" \
    ${DOCKWARD_TEST_MIRROR:+"$DOCKWARD_TEST_MIRROR"}
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*

  # The kernel's audit system is not to be had in a container; the timers would only add noise.
  for unit in auditd.service audit-rules.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
    fstrim.timer e2scrub_reap.service motd-news.timer console-getty.service; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
  done
  # debootstrap copies these from the host. The machine id is set at each boot.
  rm -f "$root/etc/hostname" "$root/etc/resolv.conf" "$root/etc/machine-id" "$root/var/lib/dbus/machine-id"
  printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"

  rootfs_image "$root"
}

# The one image the machine starts with: no registry is needed, nor reachable.
rootfs_image() { # ROOT
  local image=$1/usr/lib/dockward-test/busybox applet
  mkdir -p "$image"/{bin,dev,etc,proc,root,sys,tmp}
  chmod 1777 "$image/tmp"
  cp "$1/usr/bin/busybox" "$image/bin/busybox"
  for applet in $("$image/bin/busybox" --list); do
    [[ $applet == busybox ]] || ln -s busybox "$image/bin/$applet"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$image/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$image/etc/group"
  tar -C "$image" --sort=name --numeric-owner --owner=0 --group=0 -cf "$image.tar" .
  rm -rf "$image"
}

# Sets `rootfs` to the root file system for SUITE, after making it if need be.
find_rootfs() { # SUITE
  local suite=$1 digest building other
  case $suite in bookworm | trixie) ;; *) fail "no such suite: $suite (bookworm or trixie)" ;; esac
  # The key covers all that makes the result, so that a changed recipe makes a new one.
  digest=$({ rootfs_packages "$suite"; declare -f rootfs_build rootfs_image; } | sha256sum)
  rootfs=$cache/$suite-${digest:0:12}
  [[ ! -d $rootfs ]] || return 0

  mkdir -p "$cache"
  exec {lock}>"$cache/$suite.lock"
  flock --wait 1200 "$lock" || fail "another process has been making $suite for 20 minutes"
  if [[ ! -d $rootfs ]]; then
    # Under the lock, every unfinished one is an abandoned one.
    rm -rf "$cache/$suite".building.*
    building=$(mktemp -d "$cache/$suite.building.XXXXXX")
    chmod 755 "$building"
    echo "machine: making a root file system of Debian $suite, which takes a minute or two" >&2
    # Not as the condition of an `if`, in which bash ignores `set -e`.
    log=$cache/$suite.log # not local: when the trap runs, this function is over
    trap 'tail -n 20 "$log" >&2; fail "could not make it; the whole log is $log"' EXIT
    rootfs_build "$suite" "$building" >"$log" 2>&1 </dev/null
    trap - EXIT
    mv -T "$building" "$rootfs"
    for other in "$cache/$suite"-????????????; do
      # A machine that runs on an older one keeps it, until a later build.
      [[ $other == "$rootfs" ]] || grep -qsxF -- "$other" "$register"/* || rm -rf "$other"
    done
  fi
  exec {lock}>&-
}

machine_rootfs() { # SUITE
  find_rootfs "$1"
  echo "$rootfs"
}
