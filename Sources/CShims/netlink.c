#define _GNU_SOURCE
#include "shims.h"

#include <linux/audit.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>

// Where AuditRule.init(wire:) finds the members of a rule.
_Static_assert(sizeof(struct nlmsghdr) == 16, "struct nlmsghdr");
_Static_assert(offsetof(struct audit_rule_data, mask) == 12, "struct audit_rule_data");
_Static_assert(offsetof(struct audit_rule_data, fields) == 268, "struct audit_rule_data");
_Static_assert(offsetof(struct audit_rule_data, values) == 524, "struct audit_rule_data");
_Static_assert(offsetof(struct audit_rule_data, fieldflags) == 780, "struct audit_rule_data");
_Static_assert(offsetof(struct audit_rule_data, buflen) == 1036, "struct audit_rule_data");
_Static_assert(offsetof(struct audit_rule_data, buf) == 1040, "struct audit_rule_data");
_Static_assert(offsetof(struct audit_status, enabled) == 4, "struct audit_status");

// Where InetDiagnosis finds the members of what it asks and is told.
_Static_assert(sizeof(struct inet_diag_req_v2) == 56, "struct inet_diag_req_v2");
_Static_assert(offsetof(struct inet_diag_req_v2, idiag_states) == 4, "struct inet_diag_req_v2");
_Static_assert(sizeof(struct inet_diag_msg) == 72, "struct inet_diag_msg");
_Static_assert(offsetof(struct inet_diag_msg, id.idiag_sport) == 4, "struct inet_diag_msg");
_Static_assert(offsetof(struct inet_diag_msg, id.idiag_src) == 8, "struct inet_diag_msg");
_Static_assert(offsetof(struct inet_diag_msg, idiag_inode) == 68, "struct inet_diag_msg");

const int dockward_netlink_audit = NETLINK_AUDIT;
const int dockward_netlink_sock_diag = NETLINK_SOCK_DIAG;

int dockward_netlink_open(int family) {
  return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, family);
}

ssize_t dockward_netlink_send(int descriptor, const void *bytes, size_t count) {
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  return sendto(descriptor, bytes, count, 0, (struct sockaddr *)&kernel, sizeof kernel);
}

ssize_t dockward_netlink_receive(int descriptor, void *bytes, size_t size, uint32_t *sender) {
  struct sockaddr_nl peer;
  memset(&peer, 0, sizeof peer);
  socklen_t length = sizeof peer;
  ssize_t count =
      recvfrom(descriptor, bytes, size, MSG_TRUNC, (struct sockaddr *)&peer, &length);
  *sender = length == sizeof peer && peer.nl_family == AF_NETLINK ? peer.nl_pid : UINT32_MAX;
  return count;
}
