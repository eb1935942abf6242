/*===- summon.h - when the agent may be started -----------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A request is noted by the signal handler.  Creating a thread there is right
// only where the interrupted code holds none of the locks that pthread_create
// takes (allocator, loader, thread stacks); otherwise the next blocking call of
// any thread does it (design §9).
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_SUMMON_H
#define DSU_RT_SUMMON_H

#include "sys.h"
#include "visibility.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

/** Set while a request waits for a thread that may start the agent. */
extern DSU_HIDDEN _Atomic(uint32_t) dsu_summon_pending;

/** Learns the addresses that must not be on a stack. */
void dsu_summon_init(void);

/** In the handler: starts the agent if the interrupted context allows it, else
    leaves it to the next blocking call. */
void dsu_summon_in_handler(const ucontext_t *interrupted);

/** In a thread's normal context, at a blocking call. */
void dsu_summon_in_call(void);

static inline bool dsu_summon_wanted(void) {
  return dsu_is_set(&dsu_summon_pending);
}

static inline void dsu_summon_if_wanted(void) {
  if (dsu_summon_wanted())
    dsu_summon_in_call();
}

#endif /* DSU_RT_SUMMON_H */
