// Records of threads are claimed by their owners, marked by others, walked by
// the updater and given back, all at once: under ThreadSanitizer nothing else
// than these atomics and the words that one side alone writes is touched.
//
// RUN: %clang -std=gnu11 -D_GNU_SOURCE -O1 -g -I%source/rt/include \
// RUN:   -I%source/rt/src -fsanitize=thread %s \
// RUN:   %source/rt/src/thread.c %source/rt/src/real.c -o %t
// RUN: %t | FileCheck %s

#include "fork.h"
#include "thread.h"

#include <pthread.h>
#include <stdio.h>

pid_t dsu_process_id; /* no constructor has run */

enum { THREADS = 40, ROUNDS = 8 };

static _Atomic(int) finished;
static _Atomic(unsigned long) seen;

static void *own_a_record(void *unused) {
  struct dsu_thread *self = dsu_thread_self();
  if (!self || self->in || self->cancelled)
    puts("not fresh");
  atomic_fetch_add(&finished, 1);
  return unused; /* the destructor gives it back */
}

static void look(struct dsu_thread *thread, void *unused) {
  (void)unused;
  atomic_fetch_add(&seen, atomic_load(&thread->tid) != 0);
}

static void *walk(void *unused) {
  while (atomic_load(&finished) < THREADS * ROUNDS)
    dsu_thread_each(look, NULL);
  return unused;
}

int main(void) {
  dsu_thread_init();
  pthread_t walker, threads[THREADS];
  pthread_create(&walker, NULL, walk, NULL);
  for (int round = 0; round < ROUNDS; round++) {
    for (int i = 0; i < THREADS; i++)
      pthread_create(&threads[i], NULL, own_a_record, NULL);
    for (int i = 0; i < THREADS; i++)
      pthread_join(threads[i], NULL);
  }
  pthread_join(walker, NULL);
  unsigned long before = seen;
  dsu_thread_each(look, NULL);
  // CHECK-NOT: not fresh
  // CHECK: 320 threads, 0 records left
  printf("%d threads, %lu records left\n", finished, seen - before);
  return 0;
}
