/*===- blocking.h - what all interposed blocking calls share ----*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A wrapper publishes its registers, calls libc, and hides an interruption that
// is not the program's own (design §6: "no EINTR may become visible").  It can
// tell by a counter: no handler of the application's ran in this thread during
// the call.  That ours ran is not asked for: a signal that is sent to a process
// can interrupt one thread and be handled by another.
//
// Where the kernel offers a variant that takes a signal mask, the call goes on
// with all signals blocked outside of it, so that a signal of the
// application's that arrives between the check and the second call still
// interrupts it.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_BLOCKING_H
#define DSU_RT_BLOCKING_H

#include "summon.h"
#include "sys.h"
#include "thread.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/** One interposed call in progress. */
struct dsu_call {
  struct dsu_thread *self; /* null: no window */
  union dsu_signal_counts seen;
};

/** For calls that are made with a lock of the program's held. */
static inline struct dsu_call dsu_call_begin_locked(void) {
  return (struct dsu_call){.self = dsu_thread_self(),
                           .seen.both = dsu_signal_counts.both};
}

/** For calls that are no windows. */
static inline struct dsu_call dsu_call_begin_guarded(void) {
  return (struct dsu_call){.seen.both = dsu_signal_counts.both};
}

static inline struct dsu_call dsu_call_begin(void) {
  struct dsu_call call = dsu_call_begin_locked();
  dsu_summon_if_wanted();
  return call;
}

/** Whether an interruption is none of the program's. */
bool dsu_call_interrupted(struct dsu_call *call);

/** True if the call failed with EINTR through no handler of the program's: it
    is to be made again.  errno is then what it was before the call.  Takes the
    chance to start the agent. */
static inline bool dsu_call_disturbed(struct dsu_call *call) {
  return errno == EINTR && dsu_call_interrupted(call);
}

/** What several wrappers share becomes part of each: the window's frame is then
    that of a function by the name that the program has called. */
#define DSU_INSIDE __attribute__((always_inline)) inline

/** Evaluates EXPRESSION inside a window and stores it in RESULT. */
#define DSU_IN_WINDOW(CALL, RESULT, EXPRESSION)                                \
  do {                                                                         \
    if (__builtin_expect((CALL).self != NULL, 1)) {                            \
      DSU_WINDOW_ENTER((CALL).self);                                           \
      (RESULT) = (EXPRESSION);                                                 \
      dsu_window_leave((CALL).self);                                           \
    } else {                                                                   \
      (RESULT) = (EXPRESSION);                                                 \
    }                                                                          \
  } while (0)

/** When a call with a timeout begins.  Not by the coarse clock, which is a few
    times cheaper: where ticks come late it lags by more than its step, and the
    call would return early. */
static inline uint64_t dsu_call_start_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return dsu_to_ns(&now);
}

/** What is left of a relative timeout that began at start_ns; never negative. A
    null timeout stays null. */
struct timespec *dsu_time_left(struct timespec *left,
                               const struct timespec *timeout,
                               uint64_t start_ns);

#endif /* DSU_RT_BLOCKING_H */
