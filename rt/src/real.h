/*===- real.h - libc's own versions of interposed functions -----*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_REAL_H
#define DSU_RT_REAL_H

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

extern void *_Atomic dsu_real_table[DSU_REAL_COUNT];

/** Looks all functions up; called by the runtime's constructor. */
void dsu_real_init(void);

/** Looks one up: for calls from constructors that run before ours. */
void *dsu_real_resolve(enum dsu_real_index index);

static inline void *dsu_real_lookup(enum dsu_real_index index) {
  void *found =
      atomic_load_explicit(&dsu_real_table[index], memory_order_relaxed);
  return __builtin_expect(found != NULL, 1) ? found : dsu_real_resolve(index);
}

/** The C library's NAME, with NAME's type. */
#define DSU_REAL(NAME)                                                         \
  ((__typeof__(&NAME))dsu_real_lookup(DSU_REAL_INDEX_##NAME))

static inline int dsu_real_sigaction(int number, const struct sigaction *action,
                                     struct sigaction *old) {
  return DSU_REAL(sigaction)(number, action, old);
}

#endif /* DSU_RT_REAL_H */
