/*===- task_list.c - the threads of the process, from the kernel ---------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#include "task_list.h"

#include "request.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/** Writes "NUMBER/exe"; `end` is just behind the text. */
static void write_exe_name(char *end, pid_t tid, char **begin) {
  static const char file[] = "/exe";
  char *at = end - sizeof(file);
  memcpy(at, file, sizeof(file));
  for (pid_t rest = tid; rest; rest /= 10)
    *--at = (char)('0' + rest % 10);
  *begin = at;
}

/** Whether the kernel can say which program a thread runs: it cannot once the
    thread has given its memory up; -errno otherwise.  Opens nothing. */
static long look_at_exe(int task_fd, pid_t tid) {
  static const char directory[] = "/proc/self/task/";
  enum { LENGTH = sizeof(directory) - 1 };
  char path[LENGTH + 24], target[1], *name;
  write_exe_name(path + sizeof(path), tid, &name);
  if (task_fd < 0) {
    name -= LENGTH;
    memcpy(name, directory, LENGTH);
  }
  return dsu_sys6(SYS_readlinkat, task_fd < 0 ? AT_FDCWD : task_fd, (long)name,
                  (long)target, sizeof(target), 0, 0);
}

/* After chroot there may be no /proc: the client has sent a descriptor.  One of
   another namespace has other numbers. */
int dsu_task_open(void) {
  int fd = (int)dsu_sys6(SYS_openat, AT_FDCWD, (long)"/proc/self/task",
                         O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, 0, 0);
  int given = fd < 0 ? dsu_request_task_directory() : -1;
  if (given >= 0)
    fd = (int)dsu_sys6(SYS_openat, given, (long)".",
                       O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, 0, 0);
  if (fd < 0 || look_at_exe(fd, dsu_sys_gettid()) != -ENOENT)
    return fd;
  dsu_sys6(SYS_close, fd, 0, 0, 0, 0, 0);
  return -1;
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
  const long error =
      task_fd < 0 ? dsu_sys6(SYS_newfstatat, AT_FDCWD, (long)"/proc/self/task",
                             (long)&status, 0, 0, 0)
                  : dsu_sys6(SYS_fstat, task_fd, (long)&status, 0, 0, 0, 0);
  if (error < 0)
    return false;
  *count = status.st_nlink > 2 ? status.st_nlink - 2 : 0;
  return true;
}

static long ask_for(pid_t tid) {
  return dsu_sys6(SYS_tgkill, dsu_sys_getpid(), tid, 0, 0, 0, 0);
}

bool dsu_task_exists(pid_t tid) { return ask_for(tid) == 0; }

void dsu_task_probe(bool all, bool (*each)(pid_t tid, void *context),
                    void *context) {
  enum { NEAR = 8192, LAST = 1 << 22 /* the kernel's PID_MAX_LIMIT */ };
  enum { NEWER = 64, OFTEN = 4096 };
  const pid_t first = dsu_sys_getpid(), newest = dsu_sys_gettid();
  for (pid_t i = 1; i <= NEWER; i++)
    if (dsu_task_exists(newest + i) && !each(newest + i, context))
      return;
  for (pid_t i = 0; i < (all ? LAST : NEAR); i++) {
    if (i % OFTEN == OFTEN - 1 && !each(0, context))
      return;
    if (first + i < LAST && dsu_task_exists(first + i) &&
        !each(first + i, context))
      return;
    if (newest > i && dsu_task_exists(newest - i) && !each(newest - i, context))
      return;
  }
}

bool dsu_task_is_gone(int task_fd, pid_t tid) {
  return ask_for(tid) == -ESRCH ||
         (look_at_exe(task_fd, tid) == -ENOENT &&
          look_at_exe(task_fd, (pid_t)dsu_sys_gettid()) > 0);
}
