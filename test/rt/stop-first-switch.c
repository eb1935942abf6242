// The first context that a program leaves suspended is noticed also if that happens
// between an attempt's first look and the moment at which threads are held: here the
// attempt waits in a lock that it takes after that look.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s
//
// CHECK: DSU_OK, committed
// CHECK-NEXT: DSU_E_STACK, swapcontext

#include "state.h"
#include "stop.h"
#include "sys.h"

#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <ucontext.h>

static _Atomic(pid_t) updater;
static ucontext_t here, there;

static enum dsu_reason commit(void *unused) {
  (void)unused;
  return DSU_OK;
}

static void *update(void *unused) {
  struct dsu_plan plan = {.level = DSU_LEVEL_ACTIVENESS, .commit = commit};
  struct dsu_outcome outcome;
  updater = (pid_t)dsu_sys_gettid();
  dsu_stop_and_commit(&plan, &outcome);
  printf("%s, %s\n", dsu_reason_name(outcome.reason),
         outcome.function ? outcome.function : "committed");
  return unused;
}

static void suspend(void) { swapcontext(&there, &here); }

static void leave_suspended(void) {
  static char stack[64 << 10];
  getcontext(&there);
  there.uc_stack.ss_sp = stack;
  there.uc_stack.ss_size = sizeof(stack);
  makecontext(&there, suspend, 0);
  swapcontext(&here, &there);
}

/* The loader's lock is held meanwhile. */
static int start_and_switch(struct dl_phdr_info *info, size_t size,
                            void *thread) {
  (void)info;
  (void)size;
  updater = 0;
  pthread_create(thread, NULL, update, NULL);
  while (!updater)
    ;
  wait_for_state(updater, 'S');
  leave_suspended();
  return 1;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, update, NULL); /* learns what it needs */
  pthread_join(thread, NULL);
  dl_iterate_phdr(start_and_switch, &thread);
  pthread_join(thread, NULL);
  return 0;
}
