#define _GNU_SOURCE
#include "shims.h"

#include <sys/syscall.h>
#include <unistd.h>

int dockward_process_open(pid_t process) {
  return (int)syscall(SYS_pidfd_open, process, 0);
}

int dockward_process_signal(int descriptor, int signal) {
  return (int)syscall(SYS_pidfd_send_signal, descriptor, signal, NULL, 0);
}
