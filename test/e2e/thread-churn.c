// Threads come and go all the time while a patch goes in and out: every thread that
// was started ends, with a result of one version or the other.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask start' 'run for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do dsuctl apply --timeout=20s $PID %t.so >/dev/null || echo refused; dsuctl revert --timeout=20s $PID >/dev/null || echo refused; done; echo over' \
// RUN:   'apply %t.so' 'ask stop' | FileCheck %s
//
// CHECK:      start: done
// CHECK-NEXT: over
// CHECK:      exit 0
// CHECK-NEXT: stop: all ended, none wrong
// CHECK-NEXT: serving
#include "serve.h"
#include <pthread.h>

static volatile int end, started, ended, wrong;
static pthread_t starter;

static NOINLINE long value(long x) {
#ifdef V2
  return 2 * x + opaque(0);
#else
  return x + opaque(0);
#endif
}

static void *short_life(void *argument) {
  __atomic_add_fetch(&ended, 1, __ATOMIC_SEQ_CST);
  return (void *)value((long)argument);
}

static NOINLINE void one_generation(void) {
  pthread_t threads[3];
  for (long i = 0; i < 3; ++i) {
    if (pthread_create(&threads[i], NULL, short_life, (void *)(i + 1)))
      exit(3);
    __atomic_add_fetch(&started, 1, __ATOMIC_SEQ_CST);
  }
  for (long i = 0; i < 3; ++i) {
    void *result;
    pthread_join(threads[i], &result);
    wrong += (long)result != i + 1 && (long)result != 2 * (i + 1);
  }
}

static void *start_others(void *unused) {
  while (!end)
    one_generation();
  return unused;
}

void answer(const char *line) {
  if (strcmp(line, "start") == 0) {
    if (pthread_create(&starter, NULL, start_others, NULL))
      exit(3);
    say("done");
    return;
  }
  end = 1;
  pthread_join(starter, NULL);
  say("%s, %s", started == ended && started ? "all ended" : "some are missing",
      wrong ? "some wrong" : "none wrong");
}

int main(void) { return serve(); }
