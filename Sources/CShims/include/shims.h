// Calls that Swift cannot make by itself; each file tells why it is here.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

// openat2(2). Returns a descriptor, or -1 with errno set.
// glibc has no wrapper for it, and Swift cannot call the variadic syscall(2).
int dockward_openat2(int directory, const char *path, uint64_t flags, uint64_t resolve);

// RESOLVE_IN_ROOT of openat2(2): symbolic links and `..` stay below the directory.
extern const uint64_t dockward_resolve_in_root;

// O_PATH of open(2), which glibc hides behind _GNU_SOURCE.
extern const int dockward_o_path;

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

// fgetxattr(2), whose header Swift's module of the C library leaves out.
long dockward_attribute(int file, const char *name, char *value, size_t size);

// lsetxattr(2), for tests.
int dockward_set_attribute(const char *path, const char *name, const char *value, size_t size);
