// A thread-local of v1 is shared by old and new code in every thread; one that only
// v2 has is there in threads that are older than the patch, each with its own copy
// and the right first value.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask main' 'ask other' 'ask other' 'apply %t.so' 'ask main' 'ask other' 'ask other' 'ask main' \
// RUN:   'revert' 'ask main' 'ask other' | FileCheck %s
//
// CHECK:      main: old 11
// CHECK-NEXT: other: old 11
// CHECK-NEXT: other: old 12
// CHECK:      exit 0
// CHECK-NEXT: main: old 12 new 1001 zero 1
// CHECK-NEXT: other: old 13 new 1001 zero 1
// CHECK-NEXT: other: old 14 new 1002 zero 2
// CHECK-NEXT: main: old 13 new 1002 zero 2
// CHECK:      exit 0
// CHECK-NEXT: main: old 14
// CHECK-NEXT: other: old 15
// CHECK-NEXT: serving
#include "serve.h"
#include <pthread.h>
#include <semaphore.h>

static _Thread_local int old_local = 10;
#ifdef V2
static _Thread_local int new_local = 1000;
_Thread_local long new_zero;
#endif

static sem_t asked, answered;

static NOINLINE void work(void) {
  ++old_local;
#ifdef V2
  say("old %d new %d zero %ld", old_local, ++new_local, ++new_zero);
#else
  say("old %d", old_local);
#endif
}

static void *other(void *unused) {
  for (;;) {
    sem_wait(&asked);
    work();
    sem_post(&answered);
  }
  return unused;
}

void answer(const char *line) {
  if (strcmp(line, "main") == 0) {
    work();
  } else {
    sem_post(&asked);
    sem_wait(&answered);
  }
}

int main(void) {
  pthread_t thread;
  sem_init(&asked, 0, 0);
  sem_init(&answered, 0, 0);
  pthread_create(&thread, NULL, other, NULL);
  return serve();
}
