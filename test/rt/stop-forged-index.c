// A program that queues our signal to itself, with a value that names the attempt
// in progress and a place that does not exist, does no harm.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "dsu/dsu_abi.h"
#include "stop.h"
#include "sys.h"
#include "thread.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>

enum { FIRST_ATTEMPT = 1, NO_SUCH_PLACE = 0x7fffffff };

static uint32_t handled;

static enum dsu_reason forge(void *unused) {
  (void)unused;
  uint32_t before = dsu_signal_counts.ours;
  union sigval value = {
      .sival_ptr = (void *)(((uintptr_t)FIRST_ATTEMPT << 32) | NO_SUCH_PLACE)};
  pthread_sigqueue(pthread_self(), SIGRTMAX - DSU_SIGNAL_FROM_MAX, value);
  handled = dsu_signal_counts.ours - before;
  return DSU_OK;
}

static void *update(void *unused) {
  struct dsu_plan plan = {.level = DSU_LEVEL_ACTIVENESS,
                          .commit = forge,
                          .deadline_ns = dsu_now_ns() + 4000000000u};
  struct dsu_outcome outcome;
  dsu_stop_and_commit(&plan, &outcome);
  // CHECK: committed after 1 attempt, 1 signal handled
  printf("%s after %u attempt, %u signal handled\n",
         outcome.reason == DSU_OK ? "committed" : "refused", outcome.attempts,
         handled);
  return unused;
}

int main(void) {
  pthread_t updater;
  pthread_create(&updater, NULL, update, NULL);
  pthread_join(updater, NULL);
  return 0;
}
