// A thread that keeps every signal out by a raw system call, and is in no window, is
// where nobody can see: the update is refused until it lets the signal in.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s
//
// CHECK: kept out: DSU_E_STOP, not committed
// CHECK-NEXT: let in: DSU_OK, committed

#include "dsu/dsu_abi.h"
#include "stop.h"
#include "sys.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>

static _Atomic(int) running, let_in, leave, committed;

static enum dsu_reason commit(void *unused) {
  (void)unused;
  committed = 1;
  return DSU_OK;
}

static void *run(void *unused) {
  const uint64_t all = ~0ull, none = 0;
  dsu_sys6(SYS_rt_sigprocmask, SIG_SETMASK, (long)&all, 0, sizeof(all), 0, 0);
  running = 1;
  while (!let_in)
    ;
  dsu_sys6(SYS_rt_sigprocmask, SIG_SETMASK, (long)&none, 0, sizeof(none), 0, 0);
  running = 2;
  while (!leave)
    ;
  return unused;
}

static void update(const char *when) {
  struct dsu_plan plan = {.level = DSU_LEVEL_ACTIVENESS, .commit = commit};
  struct dsu_outcome outcome;
  committed = 0;
  dsu_stop_and_commit(&plan, &outcome); /* one attempt */
  printf("%s: %s, %scommitted\n", when, dsu_reason_name(outcome.reason),
         committed ? "" : "not ");
}

static void *update_twice(void *thread) {
  while (running != 1)
    ;
  update("kept out");
  let_in = 1;
  while (running != 2)
    ;
  update("let in");
  leave = 1;
  return thread;
}

int main(void) {
  pthread_t updater, thread;
  pthread_create(&thread, NULL, run, NULL);
  pthread_create(&updater, NULL, update_twice, NULL);
  pthread_join(updater, NULL);
  pthread_join(thread, NULL);
  return 0;
}
