/*===- blocking.c - what all interposed blocking calls share --------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#include "blocking.h"

#include "handlers.h"

DSU_TLS volatile int dsu_interrupted_errno;

/* Where a handler was installed past us, an interruption may be its work, and
   only one that our own signal explains is hidden.  Linux also interrupts some
   calls when a process goes on after a stop (signal(7)); no program can rely on
   that, and it is hidden, too. */
bool dsu_call_interrupted(struct dsu_call *call) {
  uint32_t ours = dsu_signal_counts.ours;
  bool by_us = ours != call->seen.ours;
  dsu_summon_if_wanted();
  if (dsu_signal_counts.app != call->seen.app ||
      (!by_us && dsu_handlers_unknown())) {
    errno = EINTR;
    return false;
  }
  call->seen.ours = ours;
  if (dsu_interrupted_errno != 0)
    errno = dsu_interrupted_errno - 1;
  dsu_interrupted_errno = 0;
  return true;
}

struct timespec *dsu_time_left(struct timespec *left,
                               const struct timespec *timeout,
                               uint64_t start_ns) {
  if (!timeout)
    return NULL;
  uint64_t total = dsu_to_ns(timeout);
  uint64_t gone = dsu_call_start_ns() - start_ns;
  uint64_t rest = total > gone ? total - gone : 0;
  left->tv_sec = (time_t)(rest / 1000000000u);
  left->tv_nsec = (long)(rest % 1000000000u);
  return left;
}
