#include "shims.h"

#include <sys/xattr.h>

long dockward_attribute(int file, const char *name, char *value, size_t size) {
  return (long)fgetxattr(file, name, value, size);
}

long dockward_attribute_names(int file, char *names, size_t size) {
  return (long)flistxattr(file, names, size);
}

int dockward_put_attribute(int file, const char *name, const char *value, size_t size) {
  return fsetxattr(file, name, value, size, 0);
}

int dockward_remove_attribute(int file, const char *name) { return fremovexattr(file, name); }

int dockward_set_attribute(const char *path, const char *name, const char *value, size_t size) {
  return lsetxattr(path, name, value, size, 0);
}
