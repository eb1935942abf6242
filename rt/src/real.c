/*===- real.c - libc's own versions of interposed functions
--------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#include "real.h"

#include <dlfcn.h>
#include <stdlib.h>

void *_Atomic dsu_real_table[DSU_REAL_COUNT];

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
  atomic_store_explicit(&dsu_real_table[index], found, memory_order_relaxed);
  return found;
}

void dsu_real_init(void) {
  for (unsigned i = 0; i < DSU_REAL_COUNT; i++)
    atomic_store_explicit(&dsu_real_table[i], dlsym(RTLD_NEXT, names[i]),
                          memory_order_relaxed);
}
