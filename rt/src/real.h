/*===- real.h - libc's own versions of interposed functions -----*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_REAL_H
#define DSU_RT_REAL_H

#include "visibility.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <ucontext.h>

enum dsu_real_index {
#define DSU_WINDOW(NAME) DSU_REAL_INDEX_##NAME,
#define DSU_GUARD(NAME) DSU_REAL_INDEX_##NAME,
#define DSU_SIGNAL(NAME) DSU_REAL_INDEX_##NAME,
#include "interposed.def"
  DSU_REAL_COUNT
};

/** Addresses, set once; null: not looked up yet. */
extern DSU_HIDDEN void *dsu_real_table[DSU_REAL_COUNT];

/** Why guarded calls take the long way; bits.  Not ready: functions have not
    been looked up.  Timeouts: a socket has been given one. */
enum { DSU_GUARD_NOT_READY = 1, DSU_GUARD_TIMEOUTS = 2 };
extern DSU_HIDDEN _Atomic(uint32_t) dsu_guard_reasons;

/** Looks all functions up, at the first time; called by the runtime's
    constructor, or before it by the first blocking call. */
void dsu_real_init(void);

/** Looks one up: for calls from constructors that run before ours. */
void *dsu_real_resolve(enum dsu_real_index index);

static inline void *dsu_real_lookup(enum dsu_real_index index) {
  void *found = __atomic_load_n(&dsu_real_table[index], __ATOMIC_RELAXED);
  return __builtin_expect(found != NULL, 1) ? found : dsu_real_resolve(index);
}

/** The C library's NAME, with NAME's type. */
#define DSU_REAL(NAME)                                                         \
  ((__typeof__(&NAME))dsu_real_lookup(DSU_REAL_INDEX_##NAME))

/** The same without a test, after dsu_real_init. */
#define DSU_REAL_READY(NAME)                                                   \
  ((__typeof__(&NAME))dsu_real_table[DSU_REAL_INDEX_##NAME])

static inline int dsu_real_sigaction(int number, const struct sigaction *action,
                                     struct sigaction *old) {
  return DSU_REAL(sigaction)(number, action, old);
}

#endif /* DSU_RT_REAL_H */
