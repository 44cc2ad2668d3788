#include "shims.h"

#include <sys/xattr.h>

long dockward_attribute(int file, const char *name, char *value, size_t size) {
  return (long)fgetxattr(file, name, value, size);
}

int dockward_set_attribute(const char *path, const char *name, const char *value, size_t size) {
  return lsetxattr(path, name, value, size, 0);
}
