/*===- credentials.c - whom the process belongs to ------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See credentials.h.
//
//===----------------------------------------------------------------------===*/

#include "credentials.h"

#include "sys.h"
#include "task_list.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "posix.h" /* last: it takes names over */

enum { STATUS_SIZE = 32 << 10 }; /* there may be many groups */

struct credentials {
  uid_t ruid, euid, suid;
  gid_t rgid, egid, sgid;
};
static struct credentials at_start;

static struct credentials current(void) {
  struct credentials c = {0};
  getresuid(&c.ruid, &c.euid, &c.suid);
  getresgid(&c.rgid, &c.egid, &c.sgid);
  return c;
}

__attribute__((constructor)) static void remember_credentials(void) {
  at_start = current();
}

const char *dsu_credentials_why_root(void) {
  struct credentials now = current();
  if (getauxval(AT_SECURE))
    return "the program runs with raised privileges";
  if (now.ruid != now.euid || now.ruid != now.suid || now.rgid != now.egid ||
      now.rgid != now.sgid)
    return "the process runs under several user or group ids";
  if (memcmp(&now, &at_start, sizeof(now)) != 0)
    return "the process has changed its user or group";
  if (prctl(PR_GET_DUMPABLE) != 1)
    return "the process is not dumpable";
  return NULL;
}

/*--- Threads ----------------------------------------------------------------*/

/** The kernel's description of a thread; false if there is none, or it has
    ended. */
static bool read_status(int tasks, pid_t tid, char text[STATUS_SIZE]) {
  char path[32];
  snprintf(path, sizeof(path), "%d/status", (int)tid);
  int fd = openat(tasks, path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return false;
  ssize_t size = read(fd, text, STATUS_SIZE - 1);
  close(fd);
  text[size > 0 ? size : 0] = 0;
  return size > 0 && !strstr(text, "\nState:\tZ") &&
         !strstr(text, "\nState:\tX");
}

struct other {
  int tasks;
  pid_t self, tid;
  char *status;
};

static bool read_other(pid_t tid, void *context) {
  struct other *other = context;
  if (tid == other->self || !read_status(other->tasks, tid, other->status))
    return true;
  other->tid = tid;
  return false;
}

static bool same_line(const char *a, const char *b, const char *name) {
  const char *line_a = strstr(a, name), *line_b = strstr(b, name);
  if (!line_a || !line_b)
    return line_a == line_b;
  size_t length = strcspn(line_a + 1, "\n"); /* names begin with one, too */
  return strncmp(line_a, line_b, length + 2) == 0;
}

/** Real, effective and saved ids of a line; all 0 if there is none. */
static void read_ids(const char *status, const char *name, unsigned ids[3]) {
  const char *line = strstr(status, name);
  ids[0] = ids[1] = ids[2] = 0;
  if (line)
    sscanf(line + strlen(name), "%u%u%u", &ids[0], &ids[1], &ids[2]);
}

static bool same_lasting_ids(const char *a, const char *b, const char *name) {
  unsigned ids_a[3], ids_b[3];
  read_ids(a, name, ids_a);
  read_ids(b, name, ids_b);
  return ids_a[0] == ids_b[0] && ids_a[2] == ids_b[2];
}

static bool same(const char *a, const char *b, bool lasting) {
  static const char *const lines[] = {
      "\nUid:",    "\nGid:",    "\nGroups:", "\nCapInh:",
      "\nCapEff:", "\nCapBnd:", "\nCapAmb:"};
  if (!same_line(a, b, "\nCapPrm:"))
    return false;
  if (lasting)
    return same_lasting_ids(a, b, "\nUid:") && same_lasting_ids(a, b, "\nGid:");
  for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); ++i)
    if (!same_line(a, b, lines[i]))
      return false;
  return true;
}

bool dsu_credentials_differ(pid_t *tid, bool lasting) {
  char own[STATUS_SIZE], status[STATUS_SIZE];
  struct other other = {dsu_task_open(), dsu_sys_gettid(), *tid, status};
  if (other.tasks < 0)
    return false;
  bool known = read_status(other.tasks, other.self, own) &&
               (read_status(other.tasks, *tid, status) ||
                !dsu_task_each(other.tasks, read_other, &other));
  close(other.tasks);
  *tid = other.tid;
  return known && !same(own, status, lasting);
}
