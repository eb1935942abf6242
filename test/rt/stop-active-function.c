// A function that is on a stack blocks the commit, wherever it is: innermost,
// below others, below a library's frames (qsort), below a blocking call, in a
// signal handler that interrupted a blocking call.  Once it is left the commit
// happens.  (G4, design §6: activeness)
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "stopper.h"

#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

static _Atomic(int) leave;
static sem_t entered;

static void wait_to_leave(void) {
  while (!atomic_load(&leave))
    poll(NULL, 0, 1);
}

__attribute__((noinline)) static void blocked(int where) {
  sem_post(&entered);
  switch (where) {
  case 0: /* innermost: runs all the time */
    while (!atomic_load(&leave))
      ;
    break;
  case 1: /* below a blocking call */
    wait_to_leave();
    break;
  }
  __asm__ volatile("" ::: "memory"); /* no tail call */
}

static int compare(const void *a, const void *b) {
  (void)a;
  (void)b;
  static int once;
  if (!once++)
    wait_to_leave();
  return 0;
}

__attribute__((noinline)) static void blocked_below_qsort(void) {
  int numbers[2] = {2, 1};
  sem_post(&entered);
  qsort(numbers, 2, sizeof *numbers, compare);
  __asm__ volatile("" ::: "memory");
}

static void on_signal(int number) {
  (void)number;
  blocked(1);
}

static void *run(void *where) {
  switch ((long)where) {
  case 2:
    blocked_below_qsort();
    break;
  case 3: /* the handler interrupts a window */
    poll(NULL, 0, 60000);
    break;
  default:
    blocked((int)(long)where);
  }
  return NULL;
}

static void try_case(const char *name, long where) {
  struct dsu_block blocks[2] = {
      {.body = (uintptr_t)blocked, .name = "blocked"},
      {.body = (uintptr_t)blocked_below_qsort, .name = "blocked_below_qsort"}};
  if (blocks[0].body > blocks[1].body) {
    struct dsu_block first = blocks[0];
    blocks[0] = blocks[1];
    blocks[1] = first;
  }
  atomic_store(&leave, 0);
  pthread_t thread;
  pthread_create(&thread, NULL, run, (void *)where);
  if (where == 3) {
    poll(NULL, 0, 20); /* until it is inside poll; before is right, too */
    pthread_kill(thread, SIGUSR1);
  }
  sem_wait(&entered);
  struct stopper stopper = stopper_run(blocks, 2, 30);
  stopper_print(name, &stopper);
  atomic_store(&leave, 1);
  stopper = stopper_run(blocks, 2, 10000);
  stopper_print("  after leaving", &stopper);
  pthread_join(thread, NULL);
}

int main(void) {
  sem_init(&entered, 0, 0);
  signal(SIGUSR1, on_signal);
  // CHECK: innermost: DSU_E_ACTIVE, 0 commits, blocked
  // CHECK-NEXT: after leaving: DSU_OK, 1 commits
  try_case("innermost", 0);
  // CHECK-NEXT: blocking call: DSU_E_ACTIVE, 0 commits, blocked
  // CHECK-NEXT: after leaving: DSU_OK, 1 commits
  try_case("blocking call", 1);
  // CHECK-NEXT: below qsort: DSU_E_ACTIVE, 0 commits, blocked_below_qsort
  // CHECK-NEXT: after leaving: DSU_OK, 1 commits
  try_case("below qsort", 2);
  // CHECK-NEXT: handler in a window: DSU_E_ACTIVE, 0 commits, blocked
  // CHECK-NEXT: after leaving: DSU_OK, 1 commits
  try_case("handler in a window", 3);
  return 0;
}
