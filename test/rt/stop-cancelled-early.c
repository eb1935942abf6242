// A thread can be cancelled before its first blocking call, when nothing is
// known of it yet.  It acts on that in the call, and unwinds through the
// window: the window is not believed.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "stopper.h"

#include <poll.h>
#include <sched.h>
#include <stdatomic.h>

static _Atomic(int) leave, begun, cancelled, entered;

__attribute__((noinline)) static void blocked(void *unused) {
  (void)unused;
  char volatile room[8192]; /* over what stood there */
  for (size_t i = 0; i < sizeof room; i++)
    room[i] = 0;
  atomic_store(&entered, 1);
  while (!atomic_load(&leave))
    sched_yield();
  __asm__ volatile("" ::: "memory");
}

/* AddressSanitizer forgets to clear the stack of a cancelled thread before it
   is used again. */
__attribute__((no_sanitize("address"))) static void *run(void *unused) {
  int old;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &old);
  atomic_store(&begun, 1);
  while (!atomic_load(&cancelled))
    sched_yield();
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old);
  pthread_cleanup_push(blocked, NULL);
  poll(NULL, 0, 60000);
  pthread_cleanup_pop(0);
  return unused;
}

static pthread_t start_cancelled(void) {
  pthread_t thread;
  atomic_store(&begun, 0);
  atomic_store(&cancelled, 0);
  atomic_store(&leave, 0);
  atomic_store(&entered, 0);
  pthread_create(&thread, NULL, run, NULL);
  while (!atomic_load(&begun))
    sched_yield();
  pthread_cancel(thread);
  atomic_store(&cancelled, 1);
  while (!atomic_load(&entered))
    sched_yield();
  return thread;
}

/* Each thread has the handle of the one before. */
enum { THREADS = 3 };

int main(void) {
  struct dsu_block block = {.body = (uintptr_t)blocked, .name = "blocked"};
  int refused = 0;
  for (int i = 0; i < THREADS; i++) {
    pthread_t thread = start_cancelled();
    struct stopper stopper = stopper_run(&block, 1, 30);
    refused += stopper.outcome.reason == DSU_E_ACTIVE && stopper.commits == 0;
    atomic_store(&leave, 1);
    pthread_join(thread, NULL);
  }
  // CHECK: in their handlers: always refused
  printf("in their handlers: %s refused\n",
         refused == THREADS ? "always" : "not always");
  struct stopper stopper = stopper_run(&block, 1, 1000);
  // CHECK-NEXT: after: DSU_OK, 1 commits
  stopper_print("after", &stopper);
  return 0;
}
