#include "shims.h"

#include <sys/xattr.h>

long dockward_attribute(int file, const char *name, char *value, size_t size) {
  return (long)fgetxattr(file, name, value, size);
}
