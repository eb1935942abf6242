// Threads that call a small function all the time are often at its entry, or at
// the jump before it that leads to the new body, or about to return: places of
// which unwind information says nothing.  They do not forbid the next update.
//
// RUN: %dsu-cc -DTHREADS=4 %s -o %t.1 && %dsu-cc -DTHREADS=4 -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'apply %t.so' 'revert' 'apply %t.so' 'revert' 'apply %t.so'
// 'ask value' | FileCheck %s
//
// CHECK-COUNT-5: exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"
#include <pthread.h>

#ifdef V2
#define VALUE 2
#else
#define VALUE 1
#endif

static volatile long seen;

static NOINLINE long step(long x) { return x * 3 + 1; }
static NOINLINE long value(long x) { return x + VALUE; }

static void *work(void *unused) {
  for (long x = 1;;) {
    for (volatile int i = 0; i < 40; i++)
      ; /* or somebody would be in them at every moment */
    x = step(value(x));
    seen = x;
  }
  return unused;
}

void answer(const char *line) { say("%ld", value(opaque(0))); }

int main(void) {
  for (int i = 0; i < THREADS; i++) {
    pthread_t thread;
    pthread_create(&thread, NULL, work, NULL);
  }
  return serve();
}
