/*===- task_list.c - the threads of the process, from the kernel ---------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#include "task_list.h"

#include "agent.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* After chroot there may be no /proc: the client has sent a descriptor. */
int dsu_task_open(void) {
  int fd = (int)dsu_sys6(SYS_openat, AT_FDCWD, (long)"/proc/self/task",
                         O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, 0, 0);
  int given = fd < 0 ? dsu_agent_task_directory() : -1;
  if (given >= 0)
    fd = (int)dsu_sys6(SYS_openat, given, (long)".",
                       O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, 0, 0);
  return fd;
}

/* A number that ends a directory entry's name; 0 if it is not one. */
static pid_t parse_tid(const char *name) {
  pid_t tid = 0;
  for (; *name >= '0' && *name <= '9'; name++)
    tid = tid * 10 + (*name - '0');
  return *name ? 0 : tid;
}

struct linux_dirent64 {
  uint64_t d_ino;
  int64_t d_off;
  uint16_t d_reclen;
  uint8_t d_type;
  char d_name[];
};

bool dsu_task_each(int task_fd, bool (*each)(pid_t tid, void *context),
                   void *context) {
  _Alignas(8) char buffer[4096] = {0};
  if (dsu_sys6(SYS_lseek, task_fd, 0, SEEK_SET, 0, 0, 0) < 0)
    return false;
  for (;;) {
    long got =
        dsu_sys6(SYS_getdents64, task_fd, (long)buffer, sizeof buffer, 0, 0, 0);
    if (got <= 0)
      return got == 0;
    for (long at = 0; at < got;) {
      const struct linux_dirent64 *entry = (const void *)(buffer + at);
      at += entry->d_reclen;
      pid_t tid = parse_tid(entry->d_name);
      if (tid && !each(tid, context))
        return false;
    }
  }
}

bool dsu_task_count(int task_fd, size_t *count) {
  struct stat status = {0};
  if (dsu_sys6(SYS_fstat, task_fd, (long)&status, 0, 0, 0, 0) < 0)
    return false;
  *count = status.st_nlink > 2 ? status.st_nlink - 2 : 0;
  return true;
}

bool dsu_task_is_gone(int task_fd, pid_t tid, bool *zombie) {
  if (dsu_sys6(SYS_tgkill, dsu_sys_getpid(), tid, 0, 0, 0, 0) == -ESRCH)
    return true;
  char path[32];
  size_t n = 0, digits = 0;
  char reversed[16];
  for (pid_t rest = tid; rest; rest /= 10)
    reversed[digits++] = (char)('0' + rest % 10);
  while (digits)
    path[n++] = reversed[--digits];
  memcpy(path + n, "/stat", 6);
  int fd = (int)dsu_sys6(SYS_openat, task_fd, (long)path, O_RDONLY | O_CLOEXEC,
                         0, 0, 0);
  if (fd < 0)
    return fd == -ENOENT;
  char text[128];
  long got = dsu_sys6(SYS_read, fd, (long)text, sizeof text - 1, 0, 0, 0);
  dsu_sys6(SYS_close, fd, 0, 0, 0, 0, 0);
  if (got <= 0)
    return got == -ESRCH;
  text[got] = 0;
  const char *end = strrchr(text, ')');
  *zombie = end && end[2] == 'Z';
  return end && (end[2] == 'Z' || end[2] == 'X');
}
