/*===- isolate.c - many runs of one program, side by side -----------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In mode `every` each child goes on from where its parent was.  Descriptors
// that fork shares have one file position for both; here they are parted.
//
//===----------------------------------------------------------------------===*/

#include "inject.h"

#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LAST_PARTED = 63, POLL_NS = 500 * 1000 };

/* The runtime stands in for some of libc's functions; these are the kernel's.
 */
static long call3(long number, long a, long b, long c) {
  return dsu_sys6(number, a, b, c, 0, 0, 0);
}

static bool copy_start(int from, int to, off_t size) {
  char buffer[4096];
  for (off_t at = 0; at < size;) {
    size_t wanted =
        size - at < (off_t)sizeof buffer ? (size_t)(size - at) : sizeof buffer;
    ssize_t got = pread(from, buffer, wanted, at);
    if (got <= 0 || call3(SYS_write, to, (long)buffer, got) != got)
      return false;
    at += got;
  }
  return true;
}

static bool part_output(int fd, const char *path) {
  off_t written = lseek(fd, 0, SEEK_CUR);
  int copy = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  int source = open(fd == 1 ? "/proc/self/fd/1" : "/proc/self/fd/2",
                    O_RDONLY | O_CLOEXEC);
  bool done = written >= 0 && copy >= 0 && source >= 0 &&
              copy_start(source, copy, written) && dup2(copy, fd) == fd;
  close(source);
  close(copy);
  return done;
}

/* Not every descriptor can be read twice: others stay shared. */
static void part_input(int fd) {
  struct stat status;
  int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || (flags & O_ACCMODE) != O_RDONLY || fstat(fd, &status) ||
      !S_ISREG(status.st_mode))
    return;
  char path[32];
  snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  off_t place = lseek(fd, 0, SEEK_CUR);
  int own = open(path, flags | O_CLOEXEC);
  if (own < 0)
    return;
  lseek(own, place, SEEK_SET);
  dup3(own, fd, fcntl(fd, F_GETFD) & FD_CLOEXEC ? O_CLOEXEC : 0);
  close(own);
}

bool isolate_streams(const char *directory, unsigned long number) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%lu.out", directory, number);
  if (!part_output(1, path))
    return false;
  snprintf(path, sizeof path, "%s/%lu.err", directory, number);
  if (!part_output(2, path))
    return false;
  for (int fd = 0; fd <= LAST_PARTED; fd++)
    if (fd != 1 && fd != 2)
      part_input(fd);
  return true;
}

int isolate_wait(pid_t child, unsigned seconds) {
  int status = 0;
  uint64_t until = dsu_now_ns() + seconds * 1000000000ull;
  for (;;) {
    long result = dsu_sys6(SYS_wait4, child, (long)&status, WNOHANG, 0, 0, 0);
    if (result == child)
      break;
    if (dsu_now_ns() > until)
      call3(SYS_kill, child, SIGKILL, 0);
    struct timespec pause = {.tv_nsec = POLL_NS};
    call3(SYS_nanosleep, (long)&pause, 0, 0);
  }
  /* The program must not hear of it; SIGCHLD is blocked here. */
  uint64_t only_child = 1ull << (SIGCHLD - 1);
  struct timespec now = {0};
  dsu_sys6(SYS_rt_sigtimedwait, (long)&only_child, 0, (long)&now,
           sizeof only_child, 0, 0);
  return status;
}
