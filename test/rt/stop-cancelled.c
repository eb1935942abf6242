// A thread that is being cancelled unwinds through its window without leaving
// it, and runs its clean-up handlers: its window is not believed any more, and
// what it really does is seen.  (thread.h)
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "stopper.h"

#include <poll.h>
#include <semaphore.h>
#include <stdatomic.h>

static _Atomic(int) leave;
static sem_t entered;

__attribute__((noinline)) static void blocked(void *unused) {
  (void)unused;
  sem_post(&entered);
  while (!atomic_load(&leave))
    ;
  __asm__ volatile("" ::: "memory");
}

static void *cancelled(void *unused) {
  (void)unused;
  pthread_cleanup_push(blocked, NULL);
  sem_post(&entered);
  for (;;)
    poll(NULL, 0, 60000);
  pthread_cleanup_pop(0);
  return NULL;
}

int main(void) {
  struct dsu_block block = {.body = (uintptr_t)blocked, .name = "blocked"};
  sem_init(&entered, 0, 0);
  pthread_t thread;
  pthread_create(&thread, NULL, cancelled, NULL);
  sem_wait(&entered);
  struct stopper stopper = stopper_run(&block, 1, 1000);
  // CHECK: before: DSU_OK, 1 commits
  stopper_print("before", &stopper);
  poll(NULL, 0, 20); /* until it is inside poll */
  pthread_cancel(thread);
  sem_wait(&entered);
  stopper = stopper_run(&block, 1, 30);
  // CHECK-NEXT: in its handler: DSU_E_ACTIVE, 0 commits, blocked
  stopper_print("in its handler", &stopper);
  atomic_store(&leave, 1);
  pthread_join(thread, NULL);
  stopper = stopper_run(&block, 1, 1000);
  // CHECK-NEXT: after: DSU_OK, 1 commits
  stopper_print("after", &stopper);
  return 0;
}
