#define _GNU_SOURCE
#include "shims.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

int dockward_rename_new(int directory, const char *from, const char *to) {
  return renameat2(directory, from, directory, to, RENAME_NOREPLACE);
}

int dockward_rename_exchange(int directory, const char *one, const char *other) {
  return renameat2(directory, one, directory, other, RENAME_EXCHANGE);
}

int dockward_is_immutable(int file) {
  struct statx status;
  if (statx(file, "", AT_EMPTY_PATH, STATX_TYPE, &status) != 0) return 0;
  return (status.stx_attributes & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0;
}
