// A thread that is cancelled while it is held unwinds when it has been let go, not
// while the update is made.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "stopper.h"

#include <stdatomic.h>

enum { MOMENT_NS = 50000000 };

static pthread_t thread;
static _Atomic(int) begun, unwound;
static int unwound_while_held;

static void unwind(void *unused) {
  (void)unused;
  atomic_store(&unwound, 1);
}

/* AddressSanitizer forgets to clear the stack of a cancelled thread. */
__attribute__((no_sanitize("address"))) static void *compute(void *unused) {
  int old;
  pthread_cleanup_push(unwind, NULL);
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old);
  for (atomic_store(&begun, 1);;)
    __asm__ volatile("");
  pthread_cleanup_pop(0);
  return unused;
}

static enum dsu_reason cancel(void *unused) {
  (void)unused;
  pthread_cancel(thread);
  for (uint64_t end = dsu_now_ns() + MOMENT_NS; dsu_now_ns() < end;)
    dsu_sys6(SYS_sched_yield, 0, 0, 0, 0, 0, 0);
  unwound_while_held = atomic_load(&unwound);
  return DSU_OK;
}

static void *update(void *unused) {
  struct dsu_plan plan = {.level = DSU_LEVEL_ACTIVENESS,
                          .commit = cancel,
                          .deadline_ns = dsu_now_ns() + 10000000000u};
  struct dsu_outcome outcome;
  printf("update: %s\n", dsu_reason_name(dsu_stop_and_commit(&plan, &outcome)));
  return unused;
}

int main(void) {
  pthread_create(&thread, NULL, compute, NULL);
  while (!atomic_load(&begun))
    ;
  pthread_t updater;
  pthread_create(&updater, NULL, update, NULL);
  pthread_join(updater, NULL);
  pthread_join(thread, NULL);
  // CHECK:      update: DSU_OK
  // CHECK-NEXT: unwound while held: 0, later: 1
  printf("unwound while held: %d, later: %d\n", unwound_while_held,
         atomic_load(&unwound));
  return 0;
}
