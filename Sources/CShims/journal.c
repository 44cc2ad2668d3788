// What comes with a line of the log says where it is from; the place of the call below would hide that.
#define SD_JOURNAL_SUPPRESS_LOCATION
#include "shims.h"

#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

int dockward_journal_send(const struct iovec *fields, int count) {
  return sd_journal_sendv(fields, count);
}

int dockward_notify(const char *state) { return sd_notify(0, state); }

uint64_t dockward_watchdog_period(void) {
  uint64_t microseconds = 0;
  return sd_watchdog_enabled(0, &microseconds) > 0 ? microseconds : 0;
}
