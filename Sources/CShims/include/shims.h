// Calls that Swift cannot make by itself; each file tells why it is here.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

// openat2(2). Returns a descriptor, or -1 with errno set.
// glibc has no wrapper for it, and Swift cannot call the variadic syscall(2).
int dockward_openat2(int directory, const char *path, uint64_t flags, uint64_t resolve);

// RESOLVE_IN_ROOT of openat2(2): symbolic links and `..` stay below the directory.
extern const uint64_t dockward_resolve_in_root;

// RESOLVE_BENEATH, RESOLVE_NO_SYMLINKS and RESOLVE_NO_MAGICLINKS of openat2(2): no link is followed, and
// nothing above the directory is reached.
extern const uint64_t dockward_resolve_without_links;

// O_PATH of open(2) and AT_EMPTY_PATH of fchownat(2), which glibc hides behind _GNU_SOURCE.
extern const int dockward_o_path;
extern const int dockward_at_empty_path;

// renameat2(2) with RENAME_NOREPLACE, and with RENAME_EXCHANGE, for the same reason. Return 0, or -1 with
// errno set: EEXIST where `to` is there, EINVAL where the file system cannot do it.
int dockward_rename_new(int directory, const char *from, const char *to);
int dockward_rename_exchange(int directory, const char *one, const char *other);

// Whether the file of a descriptor, which may be of O_PATH, is immutable or may only be appended to, as
// statx(2) tells, which Swift does not import. Returns 1 or 0, and 0 where the file system does not say.
int dockward_is_immutable(int file);

// netlink(7): Swift does not import struct sockaddr_nl, without which the kernel
// can be neither addressed nor told from other senders. What is sent and received is made and read in
// Swift.

// Families of netlink: the audit system, and sock_diag(7).
extern const int dockward_netlink_audit;
extern const int dockward_netlink_sock_diag;
// A socket that never blocks. Returns a descriptor, or -1 with errno set.
int dockward_netlink_open(int family);
// Sends one message to the kernel. Returns the number of bytes sent, or -1 with errno set.
ssize_t dockward_netlink_send(int descriptor, const void *bytes, size_t count);
// Receives one datagram. Returns its full length, which may be more than `size`, or -1 with errno set;
// `sender` becomes the sender's netlink port, which is 0 for the kernel alone.
ssize_t dockward_netlink_receive(int descriptor, void *bytes, size_t size, uint32_t *sender);

// pidfd_open(2) and pidfd_send_signal(2), for which C libraries have functions only lately. The first
// returns a descriptor that is closed on exec, both return -1 with errno set.
int dockward_process_open(pid_t process);
int dockward_process_signal(int descriptor, int signal);

// memfd_create(2), which glibc hides behind _GNU_SOURCE: a file in memory that is closed on exec. Returns a
// descriptor, or -1 with errno set.
int dockward_memory_file(void);
// pipe2(2), for the same reason: both ends are closed on exec. Returns 0, or -1 with errno set.
int dockward_pipe(int ends[2]);
// posix_spawn(3) with what glibc hides so: starts a program in a session of its own, below `/`, with the signals as
// they are by default, `input` as its standard input, `output` as both its outputs, and nothing else open. Returns 0,
// or why it could not be started, as errno has it.
int dockward_spawn(
    pid_t *process, const char *program, char *const arguments[], char *const environment[], int input,
    int output);

// prctl(2), which is variadic: makes descendants that lose their parent children of this process. Returns -1
// with errno set where that fails.
int dockward_adopt_descendants(void);

// fgetxattr(2), flistxattr(2), fsetxattr(2) and fremovexattr(2), whose header Swift's module of the C
// library leaves out.
long dockward_attribute(int file, const char *name, char *value, size_t size);
long dockward_attribute_names(int file, char *names, size_t size);
int dockward_put_attribute(int file, const char *name, const char *value, size_t size);
int dockward_remove_attribute(int file, const char *name);

// lsetxattr(2), for tests.
int dockward_set_attribute(const char *path, const char *name, const char *value, size_t size);

// libsystemd's calls that tell journald and the service manager; sd_journal_send(3) is variadic, and
// sd_journal_sendv(3) a macro that adds a place in C to each entry.

// Sends the fields, each `NAME=value`, to journald. Returns a negative errno where that fails, but 0 where
// no journald listens, which is to be found out before. Waits where journald does not read.
int dockward_journal_send(const struct iovec *fields, int count);
// sd_notify(3), with the environment left as it is. Returns more than 0 when the manager was told, 0 where
// there is none, or a negative errno. Waits where the manager does not read.
int dockward_notify(const char *state);
// sd_watchdog_enabled(3). Returns microseconds, or 0 where nobody watches.
uint64_t dockward_watchdog_period(void);

// Gives back the memory that the program's start and its work so far took and that it does not need at
// present: the pages of its code, which the kernel reads ahead generously, and what malloc(3) holds.
void dockward_give_back_memory(void);
