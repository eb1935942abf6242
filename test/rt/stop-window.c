// A thread that the updater finds inside a window does not leave it during the
// commit, wherever between two instructions it was when the updater looked: a
// thread is stepped through a blocking call; at each step at which its window is
// open an update is begun, and the thread runs on while the commit is made.  Once
// more with a commit going on already when the call ends, so that the thread waits
// for its end, too.  (design §6, thread.h)
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "real.h"
#include "stop.h"
#include "sys.h"
#include "thread.h"

#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

enum { TRAP_FLAG = 0x100, STEPS = 4000 };

static _Atomic(int) step, target, caught, go, progress, done;
static sem_t begin;
static _Atomic(int) violations, tried;

static void pause_us(long us) {
  struct timespec time = {.tv_nsec = us * 1000};
  dsu_sys6(SYS_nanosleep, (long)&time, 0, 0, 0, 0, 0);
}

/* Between two instructions, with every signal blocked: as if the thread had been
   preempted there. */
static void on_trap(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)info;
  if (atomic_fetch_add(&step, 1) < atomic_load(&target) ||
      !dsu_self_record || !dsu_self_record->in)
    return;
  atomic_store(&target, atomic_load(&step));
  ((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL] &= ~TRAP_FLAG;
  atomic_store(&caught, 1);
  while (!atomic_load(&go))
    pause_us(20);
}

static void flip_trap_flag(void) {
  __asm__ volatile("leaq -128(%%rsp), %%rsp\n\t"
                   "pushfq\n\t"
                   "xorq $0x100, (%%rsp)\n\t"
                   "popfq\n\t"
                   "leaq 128(%%rsp), %%rsp" ::
                       : "memory", "cc");
}

static void *stepped(void *unused) {
  (void)unused;
  poll(NULL, 0, 0); /* has a record now */
  for (;;) {
    sem_wait(&begin);
    flip_trap_flag();
    poll(NULL, 0, 0);
    atomic_fetch_add(&progress, 1);
    __asm__ volatile("leaq -128(%%rsp), %%rsp\n\t"
                     "pushfq\n\t"
                     "andq $~0x100, (%%rsp)\n\t"
                     "popfq\n\t"
                     "leaq 128(%%rsp), %%rsp" ::
                         : "memory", "cc");
    atomic_store(&done, 1);
  }
  return NULL;
}

static void commit(void *unused) {
  (void)unused;
  int before = atomic_load(&progress);
  atomic_store(&go, 1);
  for (int i = 0; i < 10; i++)
    pause_us(100);
  atomic_fetch_add(&violations, atomic_load(&progress) != before);
  atomic_fetch_add(&tried, 1);
}

static void *update(void *unused) {
  struct dsu_plan plan = {.level = DSU_LEVEL_ACTIVENESS, .commit = commit};
  struct dsu_outcome outcome;
  dsu_stop_and_commit(&plan, &outcome);
  atomic_store(&go, 1); /* if it was refused */
  return unused;
}

static bool caught_or_done(int us) {
  for (; us > 0; us -= 50) {
    if (atomic_load(&caught) || atomic_load(&done))
      return true;
    pause_us(50);
  }
  return false;
}

/* One call, stopped at the first open window from step `from` on; false if there
   is none any more. */
static bool try_from(int from, bool committing) {
  atomic_store(&step, 0);
  atomic_store(&target, from);
  atomic_store(&caught, 0);
  atomic_store(&go, 0);
  atomic_store(&done, 0);
  if (committing)
    atomic_store(&dsu_committing, 1);
  sem_post(&begin);
  if (committing && !caught_or_done(3000)) {
    /* It waits for the commit that is going on. */
    atomic_store(&dsu_committing, 0);
    dsu_sys_futex_wake(&dsu_committing, 1);
  }
  while (!caught_or_done(1000000))
    ;
  bool was_caught = atomic_load(&caught);
  if (was_caught) {
    pthread_t updater;
    pthread_create(&updater, NULL, update, NULL);
    pthread_join(updater, NULL);
    while (!atomic_load(&done))
      pause_us(50);
  }
  return was_caught;
}

static void try_all(const char *name, bool committing) {
  atomic_store(&violations, 0);
  atomic_store(&tried, 0);
  for (int from = 0; from < STEPS && try_from(from, committing);)
    from = atomic_load(&target);
  atomic_store(&dsu_committing, 0);
  printf("%s: %s, %d violations\n", name,
         atomic_load(&tried) > 5 ? "many steps" : "few steps",
         atomic_load(&violations));
}

int main(void) {
  struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
  sigfillset(&action.sa_mask);
  dsu_real_sigaction(SIGTRAP, &action, NULL); /* not as the program's own */
  sem_init(&begin, 0, 0);
  pthread_t thread;
  pthread_create(&thread, NULL, stepped, NULL);
  // CHECK: alone: many steps, 0 violations
  try_all("alone", false);
  // CHECK-NEXT: during another commit: many steps, 0 violations
  try_all("during another commit", true);
  fflush(stdout);
  _Exit(0);
}
