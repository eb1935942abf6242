/*===- fork.h - forking while the agent is at work ----------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A child of fork has one thread.  What the agent was changing at that moment
// would stay half-done in it: the loader's lock held by nobody, lists with
// loose ends.  So forks and the agent's critical parts exclude each other.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_FORK_H
#define DSU_RT_FORK_H

#include "sys.h"

#include <stdbool.h>
#include <sys/types.h>

/** The process whose memory this is; 0 before the runtime's constructor ran.
    Differs from getpid() in a child of vfork. */
extern pid_t dsu_process_id;

/** A child of vfork shares our memory, but not our handlers and threads. */
static inline bool dsu_in_vfork_child(void) {
  return dsu_process_id != 0 && dsu_sys_getpid() != dsu_process_id;
}

/** Makes children start with a clean runtime.  Called by the constructor. */
void dsu_fork_init(void);

/** Held by the agent around what a child must not inherit half-done; may be
    nested.  Never held while waiting for a client or between attempts. */
void dsu_fork_lock(void);
void dsu_fork_unlock(void);

#endif /* DSU_RT_FORK_H */
