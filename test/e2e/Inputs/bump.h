//===- bump.h - an allocator of the program's own --------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Test support: malloc and its relatives, which never give memory back.  A test
// says how the heap is protected at first (BUMP_PROTECTION), defines
// bump_prepare(), which is called once with the lock held, and bump_look(),
// which is called for each allocation.  "thread" makes a second thread; every line
// is answered with value()'s result.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TEST_BUMP_H
#define DSU_TEST_BUMP_H

#include "serve.h"

#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>

enum { BUMP_SIZE = 1 << 28 };
static char *bump_heap;

static void bump_prepare(void);
static void bump_look(size_t size);

static void *bump(size_t align, size_t size) {
  static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  static size_t used;
  pthread_mutex_lock(&lock);
  if (!bump_heap) {
    bump_heap = mmap(NULL, BUMP_SIZE, BUMP_PROTECTION,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    bump_prepare();
  }
  used = (used + sizeof(size_t) + align - 1) & -align;
  char *result = bump_heap + used;
  used += (size + 15) & -(size_t)16;
  pthread_mutex_unlock(&lock);
  bump_look(size);
  ((size_t *)result)[-1] = size;
  return result;
}

void *malloc(size_t size) { return bump(16, size); }
void free(void *memory) {}
void *calloc(size_t count, size_t size) { return bump(16, count * size); }
void *memalign(size_t align, size_t size) { return bump(align, size); }
void *aligned_alloc(size_t align, size_t size) { return bump(align, size); }

int posix_memalign(void **memory, size_t align, size_t size) {
  *memory = bump(align, size);
  return 0;
}

void *realloc(void *old, size_t size) {
  void *result = bump(16, size);
  if (old)
    memcpy(result, old,
           ((size_t *)old)[-1] < size ? ((size_t *)old)[-1] : size);
  return result;
}

static NOINLINE int value(void) { return opaque(VERSION); }

static void *wait_for_ever(void *unused) {
  for (;;)
    pause();
  return unused;
}

static void bump_answer(const char *line) {
  pthread_t thread;
  if (strcmp(line, "thread") == 0)
    pthread_create(&thread, NULL, wait_for_ever, NULL);
  say("%d", value());
}

#ifndef BUMP_OWN_ANSWER
void answer(const char *line) { bump_answer(line); }
#endif

int main(void) { return serve(); }

#endif // DSU_TEST_BUMP_H
