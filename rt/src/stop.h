/*===- stop.h - hold all threads, judge their stacks, commit ----*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The "when" of an update (design §6).  The caller has prepared everything; the
// functions here bring all threads to where the update is allowed, run the
// commit while nobody can be in the wrong place, and let them go on.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_STOP_H
#define DSU_RT_STOP_H

#include "dsu/dsu_abi.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/** A function body that must not be halfway when the commit runs. */
struct dsu_block {
  uintptr_t body;        /* first byte of the running implementation */
  const char *name;      /* identity, for messages; static storage */
  const uint32_t *sites; /* sorted offsets of return addresses that may stay */
  uint32_t site_count;
  bool entry; /* whoever calls it is redirected at its entry: frames count,
                 pointers do not */
};

/** What to do and under which condition; read only while threads are held. */
struct dsu_plan {
  const struct dsu_block *blocks; /* sorted by body, no two equal */
  uint32_t block_count;
  uint32_t level; /* DSU_LEVEL_ACTIVENESS or DSU_LEVEL_REST */
  /** Makes the update take effect.  Runs with every other thread held: no
      allocation, stdio, dl* or lock that a held thread could own.  If it does
      not return DSU_OK it has changed nothing.  Null for a dry run (check). */
  enum dsu_reason (*commit)(void *context);
  void *context;
  uint64_t deadline_ns; /* CLOCK_MONOTONIC; tried at least once */
  /** Asked before each attempt: DSU_OK to make it.  May be null. */
  enum dsu_reason (*give_up)(void);
};

/** What happened; for the reply and the log. */
struct dsu_outcome {
  enum dsu_reason reason;
  uint32_t attempts;
  uint64_t held_ns; /* first thread stopped to last released, last attempt */
  uint64_t flip_ns; /* the commit alone */
  uint32_t threads; /* seen by the last attempt, the caller excluded */
  /* For DSU_E_ACTIVE, DSU_E_NOT_AT_REST, DSU_E_STACK, DSU_E_STOP: */
  pid_t tid;
  uintptr_t pc;         /* of the frame that forbids it, 0 unknown */
  const char *function; /* identity of the blocked function, or null */
  uint32_t frame;       /* 0 is the innermost */
};

/** Makes a thread start an agent, if one is wanted (summon.h). */
void dsu_stop_summon(pid_t tid);

/** Carries out a plan, again with backoff until the deadline.  Called by the
    agent only, one call at a time; the calling thread is not held.  Returns
    outcome->reason. */
enum dsu_reason dsu_stop_and_commit(const struct dsu_plan *plan,
                                    struct dsu_outcome *outcome);

/** One thread as `status` shows it. */
struct dsu_thread_info {
  pid_t tid;
  bool waiting;      /* blocked in a window or a system call */
  bool complete;     /* the trace reached a known entry */
  uint32_t depth;    /* number of frames in pcs */
  uintptr_t pcs[32]; /* innermost first; return addresses but for signal
                        frames and the first */
};

/** Takes a trace of every thread but the caller and calls `each` afterwards,
    with all threads released; stops when it returns false. */
void dsu_stop_snapshot(bool (*each)(const struct dsu_thread_info *, void *),
                       void *context);

/** Installs the signal handler and registers for membarrier.  Called once by
    the runtime's constructor; false if the kernel lacks what is needed. */
bool dsu_stop_init(void);

/** In the child of fork: no attempt is in progress. */
void dsu_stop_after_fork(void);

#endif /* DSU_RT_STOP_H */
