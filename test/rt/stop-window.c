// A thread that the updater finds inside a window does not leave it during the
// commit, wherever between two instructions it was when the updater looked: a
// thread is stepped through a blocking call; at each step at which its window
// is open an update is begun, and the thread runs on while the commit is made.
// Once more with a commit going on already when the call ends, so that the
// thread waits for its end, too.  (design §6, thread.h)
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
#include <string.h>
#include <ucontext.h>

enum { TRAP_FLAG = 0x100, STEPS = 4000 };

static _Atomic(int) step, target, caught, go, progress, done;
static _Atomic(int) stepped_tid, commit_ms = 1;
static sem_t begin;
static _Atomic(int) violations, tried;

static void pause_us(long us) {
  struct timespec time = {.tv_nsec = us * 1000};
  dsu_sys6(SYS_nanosleep, (long)&time, 0, 0, 0, 0, 0);
}

/* The futex of a thread that waits returns with the window still open. */
static void on_interrupt(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)info;
  (void)context;
  atomic_store(&caught, 1);
  while (!atomic_load(&go))
    pause_us(20);
}

/* Between two instructions, with every signal blocked: as if the thread had
   been preempted there. */
static void on_trap(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)info;
  if (atomic_fetch_add(&step, 1) < atomic_load(&target) || !dsu_self_record ||
      !dsu_self_record->in)
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
  atomic_store(&stepped_tid, dsu_sys_gettid());
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

static enum dsu_reason commit(void *unused) {
  (void)unused;
  int before = atomic_load(&progress);
  atomic_store(&go, 1);
  for (int i = 0; i < atomic_load(&commit_ms) * 10; i++)
    pause_us(100);
  atomic_fetch_add(&violations, atomic_load(&progress) != before);
  atomic_fetch_add(&tried, 1);
  return DSU_OK;
}

static void *update(void *unused) {
  struct dsu_plan plan = {.level = DSU_LEVEL_ACTIVENESS, .commit = commit};
  struct dsu_outcome outcome;
  dsu_stop_and_commit(&plan, &outcome);
  atomic_store(&go, 1); /* if it was refused */
  return unused;
}

/* The thread sleeps until the commit that it knows of is over. */
static bool waits_for_commit(void) {
  char path[64], text[256] = "", wanted[64];
  snprintf(path, sizeof path, "/proc/self/task/%d/syscall",
           atomic_load(&stepped_tid));
  snprintf(wanted, sizeof wanted, "%d %p ", SYS_futex, (void *)&dsu_committing);
  FILE *file = fopen(path, "r");
  if (file && !fgets(text, sizeof text, file))
    text[0] = 0;
  if (file)
    fclose(file);
  return strncmp(text, wanted, strlen(wanted)) == 0;
}

static bool caught_or_done(void) {
  return atomic_load(&caught) || atomic_load(&done);
}

/* One call, stopped at the first open window from step `from` on; false if
   there is none any more. */
static bool try_from(int from, bool committing, bool interrupt) {
  atomic_store(&step, 0);
  atomic_store(&target, from);
  atomic_store(&caught, 0);
  atomic_store(&go, 0);
  atomic_store(&done, 0);
  if (committing)
    atomic_store(&dsu_committing, 1);
  sem_post(&begin);
  while (!caught_or_done()) {
    pause_us(50);
    if (committing && waits_for_commit()) {
      if (interrupt) {
        dsu_sys6(SYS_tgkill, dsu_sys_getpid(), atomic_load(&stepped_tid),
                 SIGBUS, 0, 0, 0);
        while (!caught_or_done())
          pause_us(50);
        break;
      }
      atomic_store(&dsu_committing, 0);
      dsu_sys_futex_wake(&dsu_committing, 1);
    }
  }
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
  for (int from = 0; from < STEPS && try_from(from, committing, false);)
    from = atomic_load(&target);
  atomic_store(&dsu_committing, 0);
  printf("%s: %s, %d violations\n", name,
         atomic_load(&tried) > 5 ? "many steps" : "few steps",
         atomic_load(&violations));
}

int main(void) {
  struct sigaction action = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO};
  sigfillset(&action.sa_mask);
  /* Not as the program's own.  Handlers of faults do not make windows
     doubtful. */
  dsu_real_sigaction(SIGTRAP, &action, NULL);
  action.sa_sigaction = on_interrupt;
  dsu_real_sigaction(SIGBUS, &action, NULL);
  sem_init(&begin, 0, 0);
  pthread_t thread;
  pthread_create(&thread, NULL, stepped, NULL);
  // CHECK: alone: many steps, 0 violations
  try_all("alone", false);
  // CHECK-NEXT: during another commit: many steps, 0 violations
  try_all("during another commit", true);
  // CHECK-NEXT: interrupted while waiting: caught, 0 violations
  atomic_store(&violations, 0);
  atomic_store(&commit_ms, 200);
  bool was_caught = try_from(STEPS, true, true);
  printf("interrupted while waiting: %s, %d violations\n",
         was_caught ? "caught" : "not caught", atomic_load(&violations));
  fflush(stdout);
  _Exit(0);
}
