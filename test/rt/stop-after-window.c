// A thread that has been in a window and has left it is where its registers
// are, not where it was in the window: in its own code, or in a handler that
// interrupted the window.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "stopper.h"

#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>

static _Atomic(int) leave;
static sem_t entered;

/* Makes no call while it waits. */
__attribute__((noinline)) static void blocked(void) {
  sem_post(&entered);
  while (!atomic_load(&leave))
    ;
  __asm__ volatile("" ::: "memory");
}

static void *run(void *unused) {
  poll(NULL, 0, 0);
  blocked();
  return unused;
}

static void on_signal(int number) {
  (void)number;
  blocked();
}

static void *wait_for_signal(void *unused) {
  poll(NULL, 0, 0);
  sem_post(&entered);
  poll(NULL, 0, 60000);
  return unused;
}

static void try_thread(const char *name, void *(*function)(void *)) {
  struct dsu_block block = {.body = (uintptr_t)blocked, .name = "blocked"};
  atomic_store(&leave, 0);
  pthread_t thread;
  pthread_create(&thread, NULL, function, NULL);
  sem_wait(&entered);
  if (function == wait_for_signal) {
    poll(NULL, 0, 50); /* until it is inside poll */
    pthread_kill(thread, SIGUSR1);
    sem_wait(&entered);
  }
  struct stopper stopper = stopper_run(&block, 1, 200);
  stopper_print(name, &stopper);
  atomic_store(&leave, 1);
  pthread_join(thread, NULL);
}

int main(void) {
  sem_init(&entered, 0, 0);
  signal(SIGUSR1, on_signal);
  // CHECK: its own code: DSU_E_ACTIVE, 0 commits, blocked
  try_thread("its own code", run);
  // CHECK-NEXT: a handler: DSU_E_ACTIVE, 0 commits, blocked
  try_thread("a handler", wait_for_signal);
  return 0;
}
