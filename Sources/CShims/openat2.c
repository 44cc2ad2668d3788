#define _GNU_SOURCE
#include "shims.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

const uint64_t dockward_resolve_in_root = RESOLVE_IN_ROOT;
const uint64_t dockward_resolve_without_links =
    RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
const int dockward_o_path = O_PATH;
const int dockward_at_empty_path = AT_EMPTY_PATH;

int dockward_openat2(int directory, const char *path, uint64_t flags, uint64_t resolve) {
  struct open_how how = {.flags = flags, .resolve = resolve};
  return (int)syscall(SYS_openat2, directory, path, &how, sizeof how);
}
