// Four threads call the changed function as fast as they can while a patch goes in
// and out twenty times.  No call sees a mixture: the two halves of an answer are
// always of one version, and every thread sees each version in the end.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask start' 'run for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do dsuctl apply --timeout=20s $PID %t.so && dsuctl revert --timeout=20s $PID; done | grep -c exit || true' \
// RUN:   'ask wrong' 'apply --timeout=20s %t.so' 'ask versions' 'revert --timeout=20s' 'ask versions' 'ask wrong' | FileCheck %s
//
// CHECK:      start: 4
// CHECK:      wrong: 0
// CHECK:      exit 0
// CHECK-NEXT: versions: 2 2 2 2
// CHECK:      exit 0
// CHECK-NEXT: versions: 1 1 1 1
// CHECK-NEXT: wrong: 0
// CHECK-NEXT: serving
#include "serve.h"
#include <pthread.h>

enum { THREADS = 4 };

#ifdef V2
#define VERSION 2
#else
#define VERSION 1
#endif

static volatile int versions[THREADS], wrong;
static volatile unsigned long rounds[THREADS], spins;

static NOINLINE int first_half(void) { return opaque(VERSION); }

static NOINLINE int both_halves(void) {
  int first = first_half();
  return 10 * first + opaque(VERSION);
}

/* Work that the patch does not touch, so that there is time to get in. */
static NOINLINE void pause_a_while(void) {
  for (int i = 0; i < 200; ++i)
    ++spins;
}

static void *work(void *argument) {
  long number = (long)argument;
  for (;;) {
    int both = both_halves();
    if (both != 11 && both != 22)
      ++wrong;
    versions[number] = both % 10;
    ++rounds[number];
    pause_a_while();
  }
  return NULL;
}

/* What a thread says after having been round twice is new. */
static NOINLINE int version_now(int number) {
  unsigned long begin = rounds[number];
  while (rounds[number] < begin + 2)
    sched_yield();
  return versions[number];
}

void answer(const char *line) {
  pthread_t thread;
  if (strcmp(line, "wrong") == 0) {
    say("%d", wrong);
  } else if (strcmp(line, "start") == 0) {
    for (long i = 0; i < THREADS; ++i)
      if (pthread_create(&thread, NULL, work, (void *)i))
        exit(3);
    say("%d", THREADS);
  } else {
    int now[THREADS];
    for (int i = 0; i < THREADS; ++i)
      now[i] = version_now(i);
    say("%d %d %d %d", now[0], now[1], now[2], now[3]);
  }
}

int main(void) { return serve(); }
