// A thread that blocks all signals, and waits or computes, does not stand in the
// way: the runtime keeps its own signal deliverable, and that one alone.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask wait' 'ask compute' 'apply %t.so' 'ask value' 'revert' 'ask value' | FileCheck %s
//
// CHECK:      wait: blocked all
// CHECK-NEXT: compute: blocked all
// CHECK-NEXT: applied
// CHECK:      3 threads held
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK:      exit 0
// CHECK-NEXT: value: 1
// CHECK-NEXT: serving
#include "serve.h"
#include <pthread.h>
#include <signal.h>

static NOINLINE int value(void) { return opaque(VERSION); }

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static volatile unsigned long spins;

/* glibc's own two cannot be blocked either, and are no part of a full set. */
static NOINLINE void block_all(void) {
  sigset_t all, now;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, NULL);
  sigdelset(&all, SIGRTMAX - 3); // the runtime's own
  pthread_sigmask(SIG_SETMASK, NULL, &now);
  int missing = 0;
  for (int signal = 1; signal <= SIGRTMAX; ++signal)
    missing += sigismember(&all, signal) == 1 && signal != SIGKILL &&
               signal != SIGSTOP && sigismember(&now, signal) == 0;
  say(missing ? "%d not blocked" : "blocked all", missing);
}

static void *wait_blocked(void *unused) {
  block_all();
  pthread_mutex_lock(&lock);
  for (;;)
    pthread_cond_wait(&never, &lock);
  return unused;
}

static void *compute_blocked(void *unused) {
  block_all();
  for (;;)
    ++spins;
  return unused;
}

void answer(const char *line) {
  pthread_t thread;
  if (strcmp(line, "wait") == 0)
    pthread_create(&thread, NULL, wait_blocked, NULL);
  else if (strcmp(line, "compute") == 0)
    pthread_create(&thread, NULL, compute_blocked, NULL);
  else
    say("%d", value());
}

int main(void) { return serve(); }
