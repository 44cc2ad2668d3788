# The disks of virtual machines: made once from a root file system with a kernel, cached, and never written to
# afterwards. Sourced by ../vm, after rootfs.sh.
# shellcheck shell=bash

disk_packages() { # SUITE
  local packages=(
    linux-image-cloud-amd64 initramfs-tools zstd # a kernel with AppArmor and audit, and how it finds its disk
    apparmor                                     # loads docker-default, and tells what is in force
  )
  local IFS=,
  echo "$(rootfs_packages "$1"),${packages[*]}"
}

disk_build() { # SUITE FOLDER
  local suite=$1 folder=$2 root=$2/root unit kernel
  mkdir -p "$root/etc/initramfs-tools/conf.d"
  # A small initrd, since an emulated processor takes its time to unpack one: not every driver there is, but those of
  # the one disk.
  echo MODULES=list >"$root/etc/initramfs-tools/conf.d/dockward-test"
  printf '%s\n' virtio_pci virtio_blk ext4 >"$root/etc/initramfs-tools/modules"
  # In namespaces of its own, which end with this script: nothing of a broken build stays mounted or running.
  setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child --mount-proc \
    debootstrap --variant=minbase --include="$(disk_packages "$suite")" "$suite" "$root" \
    ${DOCKWARD_TEST_MIRROR:+"$DOCKWARD_TEST_MIRROR"}
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*

  # They would only take time. There is no network, and nobody logs in.
  for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
    e2scrub_reap.service motd-news.timer getty@tty1.service serial-getty@ttyS0.service systemd-networkd.service \
    systemd-networkd-wait-online.service systemd-timesyncd.service systemd-journald-audit.socket \
    modprobe@{configfs,drm,efi_pstore,fuse}.service; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
  done
  rm -f "$root/etc/hostname" "$root/etc/resolv.conf" "$root/etc/machine-id" "$root/var/lib/dbus/machine-id"
  tr -d - </proc/sys/kernel/random/uuid >"$root/etc/machine-id"
  echo dockward-vm >"$root/etc/hostname"
  printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"
  printf '/dev/vda / ext4 defaults 0 0\n' >"$root/etc/fstab"
  # Loading the profiles of programs that are not there would take half a minute. The Engine brings its own.
  find "$root/etc/apparmor.d" -maxdepth 1 -type f ! -name lsb_release -delete
  # What is recorded is looked for behind the place where the log ended before.
  sed --in-place 's/^max_log_file_action = .*/max_log_file_action = IGNORE/' "$root/etc/audit/auditd.conf"
  grep -qx 'max_log_file_action = IGNORE' "$root/etc/audit/auditd.conf"
  rootfs_image "$root"

  install -m 644 "$here/guest/dockward-test.service" "$root/etc/systemd/system/dockward-test.service"
  ln -s ../dockward-test.service "$root/etc/systemd/system/multi-user.target.wants/dockward-test.service"
  install -m 755 "$here/guest/vm" "$root/usr/lib/dockward-test/vm"

  # Beside the disk, since qemu starts the kernel itself: no boot loader.
  for kernel in "$root"/boot/vmlinuz-*; do
    cp "$kernel" "$folder/vmlinuz"
    cp "$root/boot/initrd.img-${kernel##*/vmlinuz-}" "$folder/initrd"
  done
  # A sparse file: what is not written takes no space. The reserved blocks would be of no use.
  truncate --size=4G "$folder/disk"
  mkfs.ext4 -q -F -m 0 -E lazy_itable_init=1,root_owner=0:0 -d "$root" "$folder/disk"
  rm -rf "$root"
}

# Sets `disk` to the folder with the kernel, initrd and disk for SUITE, after making it if need be.
find_disk() { # SUITE
  local suite=$1 digest building other
  case $suite in bookworm | trixie) ;; *) fail "no such suite: $suite (bookworm or trixie)" ;; esac
  # The key covers all that makes the result, so that a changed recipe makes a new one.
  digest=$({
    disk_packages "$suite"
    declare -f disk_build rootfs_image
    cat "$here"/guest/{dockward-test.service,vm}
  } | sha256sum)
  disk=$cache/vm-$suite-${digest:0:12}
  [[ ! -d $disk ]] || return 0

  mkdir -p "$cache"
  exec {lock}>"$cache/vm-$suite.lock"
  flock --wait 1200 "$lock" || fail "another process has been making the disk of $suite for 20 minutes"
  if [[ ! -d $disk ]]; then
    # Under the lock, every unfinished one is an abandoned one.
    rm -rf "$cache/vm-$suite".building.*
    building=$(mktemp -d "$cache/vm-$suite.building.XXXXXX")
    chmod 755 "$building"
    echo "vm: making a disk with Debian $suite, which takes two or three minutes" >&2
    # Not as the condition of an `if`, in which bash ignores `set -e`.
    log=$cache/vm-$suite.log # not local: when the trap runs, this function is over
    trap 'tail -n 20 "$log" >&2; fail "could not make it; the whole log is $log"' EXIT
    disk_build "$suite" "$building" >"$log" 2>&1 </dev/null
    trap - EXIT
    mv -T "$building" "$disk"
    for other in "$cache/vm-$suite"-????????????; do
      # One that is in use is open, and stays on the file system until it is closed.
      [[ $other == "$disk" ]] || rm -rf "$other" "$other.console"
    done
  fi
  exec {lock}>&-
}
