/*===- signals.h - masks and switched stacks ---------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Our signal has to reach every thread, so no mask of the program's or its
// libraries' may block it (redis' allocator blocks all signals in its thread).
// The functions that change masks are interposed for that, as the C library
// does for its own two signals.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_SIGNALS_H
#define DSU_RT_SIGNALS_H

#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>

/** The signal mask that was in force. */
struct dsu_mask_guard {
  sigset_t before;
};

/** Blocks all signals, ours too, and puts things back as they were. */
void dsu_mask_all(struct dsu_mask_guard *guard);
void dsu_mask_restore(const struct dsu_mask_guard *guard);

/** Set once the program has used swapcontext or setcontext: from then on there
    may be stacks that no thread stands on and nobody can judge. */
extern _Atomic(uint32_t) dsu_stacks_switched;

/** A copy of a set without our signal. */
sigset_t dsu_without_our_signal(const sigset_t *set);

/** Makes our signal deliverable in the calling thread. */
void dsu_signals_init(void);

#endif /* DSU_RT_SIGNALS_H */
