#include "shims.h"

#include <errno.h>
#include <string.h>
#include <systemd/sd-bus.h>

int dockward_bus_load_unit(struct sd_bus *bus, const char *unit, char **path) {
  sd_bus_message *reply = NULL;
  const char *object = NULL;
  int result = sd_bus_call_method(bus, "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
                                  "org.freedesktop.systemd1.Manager", "LoadUnit", NULL, &reply, "s",
                                  unit);
  if (result >= 0) result = sd_bus_message_read_basic(reply, 'o', &object);
  if (result >= 0) {
    *path = strdup(object);
    result = *path ? 0 : -ENOMEM;
  }
  sd_bus_message_unref(reply);
  return result;
}
