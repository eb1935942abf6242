/*===- real.c - libc's own versions of interposed functions ---------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#include "real.h"

#include <dlfcn.h>
#include <stdlib.h>

void *dsu_real_table[DSU_REAL_COUNT];
_Atomic(uint32_t) dsu_guard_reasons = DSU_GUARD_NOT_READY;

static const char *const names[DSU_REAL_COUNT] = {
#define DSU_WINDOW(NAME) #NAME,
#define DSU_GUARD(NAME) #NAME,
#define DSU_SIGNAL(NAME) #NAME,
#include "interposed.def"
};

void *dsu_real_resolve(enum dsu_real_index index) {
  void *found = dlsym(RTLD_NEXT, names[index]);
  /* Only a C library that lacks the function gets here, and then nobody can
     have linked a call to it. */
  if (!found)
    abort();
  __atomic_store_n(&dsu_real_table[index], found, __ATOMIC_RELAXED);
  return found;
}

void dsu_real_init(void) {
  if (!(atomic_load(&dsu_guard_reasons) & DSU_GUARD_NOT_READY))
    return;
  for (unsigned i = 0; i < DSU_REAL_COUNT; i++)
    __atomic_store_n(&dsu_real_table[i], dlsym(RTLD_NEXT, names[i]),
                     __ATOMIC_RELAXED);
  atomic_fetch_and(&dsu_guard_reasons, ~(uint32_t)DSU_GUARD_NOT_READY);
}
