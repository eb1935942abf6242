/*===- descriptor.c - the agent's own descriptors -------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#include "descriptor.h"

#include "fault.h"
#include "flush.h"
#include "hold.h"
#include "sys.h"
#include "task_list.h"

#include <fcntl.h>
#include <linux/close_range.h>

/* Few programs have so many open, and there is usually room up to 1024. */
enum { LOWEST_DESCRIPTOR = 3, FIRST_CHOICE = 1000 };

static bool separate(void) {
  return dsu_sys6(SYS_close_range, 0, UINT32_MAX, CLOSE_RANGE_UNSHARE, 0, 0,
                  0) == 0;
}

static uint64_t longest_ns;

uint64_t dsu_descriptor_held_ns(void) { return longest_ns; }

enum result { DONE, NOT_HELD, HARMFUL, FAILED };

static enum result try_once(struct dsu_outcome *outcome, const char **harm,
                            uint64_t *held_ns) {
  const uint64_t begin_ns = dsu_now_ns();
  enum result result = dsu_hold_all(-1, outcome) != DSU_OK ? NOT_HELD
                       : (*harm = dsu_flush_judge())       ? HARMFUL
                       : separate()                        ? DONE
                                                           : FAILED;
  dsu_hold_release();
  *held_ns = dsu_now_ns() - begin_ns;
  longest_ns = *held_ns > longest_ns ? *held_ns : longest_ns;
  return result;
}

/** Threads that could not be held have held up the others: these get more time
    than that took. */
static void pause_after(uint64_t held_ns) {
  enum { LEAST_NS = 200000, SHARE = 4 };
  uint64_t pause_ns = LEAST_NS + held_ns * SHARE;
  struct timespec pause = {.tv_sec = (time_t)(pause_ns / 1000000000),
                           .tv_nsec = (long)(pause_ns % 1000000000)};
  dsu_sys6(SYS_nanosleep, (long)&pause, 0, 0, 0, 0, 0);
}

const char *dsu_descriptor_separate(void) {
  static const char kernel[] =
      "the system call close_range fails; it needs "
      "Linux 5.9, and a filter (seccomp) may forbid it";
  enum { NEAR = 2, TRIES = 4 }; /* threads come and go */
  struct dsu_outcome outcome = {.reason = DSU_OK};
  enum result result = dsu_fault_point("own-descriptors") ? FAILED : NOT_HELD;
  const char *harm = NULL;
  longest_ns = 0;
  if (!dsu_task_exists((pid_t)dsu_sys_gettid()))
    return "the system call tgkill fails; a filter (seccomp) may forbid it";
  harm = dsu_flush_pending();
  if (harm)
    return harm;
  for (int i = 1; i <= TRIES && result == NOT_HELD; ++i) {
    uint64_t held_ns;
    if (dsu_hold_prepare_unlisted(i > NEAR) != DSU_OK)
      return "there is no memory";
    result = try_once(&outcome, &harm, &held_ns);
    if (result == NOT_HELD)
      pause_after(held_ns);
    else if (result == HARMFUL && dsu_flush_wait())
      result = NOT_HELD;
  }
  return result == DONE      ? NULL
         : result == HARMFUL ? harm
         : result == FAILED  ? kernel
         : outcome.function  ? "the system call membarrier fails; a filter "
                               "(seccomp) may forbid it"
                             : "a thread cannot be stopped";
}

int dsu_descriptor_move(int fd) {
  if (fd < 0)
    return -1;
  long moved = dsu_sys6(SYS_fcntl, fd, F_DUPFD_CLOEXEC, FIRST_CHOICE, 0, 0, 0);
  if (moved < 0)
    moved =
        dsu_sys6(SYS_fcntl, fd, F_DUPFD_CLOEXEC, LOWEST_DESCRIPTOR, 0, 0, 0);
  if (moved < 0 && fd >= LOWEST_DESCRIPTOR)
    return fd;
  dsu_descriptor_close(&fd);
  return moved < 0 ? -1 : (int)moved;
}

void dsu_descriptor_close(int *fd) {
  if (*fd >= 0)
    dsu_sys6(SYS_close, *fd, 0, 0, 0, 0, 0);
  *fd = -1;
}

int dsu_poll_until(struct pollfd *fds, unsigned count, uint64_t until_ns) {
  uint64_t now = dsu_now_ns();
  uint64_t left_ms = now < until_ns ? (until_ns - now + 999999) / 1000000 : 0;
  return (int)dsu_sys6(SYS_poll, (long)fds, count, (long)left_ms, 0, 0, 0);
}
