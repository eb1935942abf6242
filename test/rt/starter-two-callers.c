// Several threads start helpers, one after the other, as fast as it goes: each helper
// begins when the last one has gone, and nobody waits for ever.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s
//
// CHECK: started 120

#include "starter.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum { EACH = 40, CALLERS = 3 };
static atomic_int busy, started;

/* As the agent does when it ends. */
static void work(int error) {
  started += error == 0;
  busy = 0;
}

static void *start_often(void *unused) {
  for (int i = 0; i < EACH; ++i) {
    int none = 0;
    while (!atomic_compare_exchange_weak(&busy, &none, 1)) {
      none = 0;
      sched_yield();
    }
    dsu_starter_run(work);
  }
  return unused;
}

int main(void) {
  pthread_t callers[CALLERS];
  alarm(60); /* instead of hanging */
  for (int i = 0; i < CALLERS; ++i)
    pthread_create(&callers[i], NULL, start_often, NULL);
  for (int i = 0; i < CALLERS; ++i)
    pthread_join(callers[i], NULL);
  while (busy) /* the last one is at work */
    sched_yield();
  printf("started %d\n", started);
  return 0;
}
