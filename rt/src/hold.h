/*===- hold.h - holding all threads -----------------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For the agent only, one at a time.  From dsu_hold_all to dsu_hold_release
// the caller must not allocate, nor take a lock that a held thread could own.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_HOLD_H
#define DSU_RT_HOLD_H

#include "stop.h"
#include "thread.h"
#include "unwind.h"

#include <signal.h>
#include <ucontext.h>

/** CALLED or WINDOW -> CLAIMED -> PARKED by the thread; CALLED -> WINDOW,
   ZOMBIE or GONE by the holder. */
enum dsu_seat_state {
  SEAT_CALLED,
  SEAT_CLAIMED, /* the handler writes context */
  SEAT_PARKED,
  SEAT_WINDOW,
  SEAT_ZOMBIE, /* a main thread that has ended: the kernel counts it */
  SEAT_GONE
};

/** One held thread.  The signal carries its index. */
struct dsu_seat {
  pid_t tid;                 /* -1: SEAT_GONE */
  _Atomic(uint32_t) state;   /* generation * 8 + enum dsu_seat_state */
  const ucontext_t *context; /* SEAT_PARKED: on the thread's own stack */
  struct dsu_thread *thread; /* SEAT_WINDOW: the record */
};

/** Makes room for as many threads as there are, and more.  `tasks` is their
    directory in /proc (task_list.h). */
enum dsu_reason dsu_hold_prepare(int tasks);

/** The same without a descriptor.  Threads are known by their records
    (thread.h); others are looked for, near or everywhere (dsu_task_probe), and
    remembered. */
enum dsu_reason dsu_hold_prepare_unlisted(bool everywhere);

/** Holds all threads but the caller.  If it is not DSU_OK, some run:
   outcome->tid is one of those; the others are held all the same. `tasks` is -1
   after dsu_hold_prepare_unlisted: threads that were not found make it
   DSU_E_STOP, as /proc tells their number.  (Where there is no /proc, after
   chroot, that is not known.) */
enum dsu_reason dsu_hold_all(int tasks, struct dsu_outcome *outcome);

/** Lets them go on. */
void dsu_hold_release(void);

/** The held threads; the number is that of the last hold until the next. */
size_t dsu_hold_count(void);
size_t dsu_hold_capacity(void); /* no hold will have more than were prepared */
const struct dsu_seat *dsu_hold_seat(size_t index);
enum dsu_seat_state dsu_seat_state(const struct dsu_seat *seat);

/** Where a walk of its stack begins; false if it has none to look at. */
bool dsu_seat_context(const struct dsu_seat *seat, struct dsu_context *context);

/** Whether a thread is in a window, or was blocked in a system call. */
bool dsu_seat_waits(const struct dsu_seat *seat);

/** Sends the runtime's signal, with a value; false if there is no such
    thread. */
bool dsu_hold_queue(pid_t tid, uint64_t value);

/** For the handler of that signal: whether the value is a call, which has been
    answered then, by waiting. */
bool dsu_hold_called(uint64_t value, const ucontext_t *context);

/** In the child of fork: no thread is held. */
void dsu_hold_after_fork(void);

#endif /* DSU_RT_HOLD_H */
