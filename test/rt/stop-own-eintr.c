// An interruption by a handler of the program's own is not hidden, even if the
// thread was held for an update in the same moment: the signal comes while the
// thread stands in our handler, so that both end the same call.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "stop.h"
#include "sys.h"
#include "thread.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static pthread_t waiting;
static sem_t begin;
static _Atomic(int) handled;

static void on_signal(int number) {
  (void)number;
  atomic_fetch_add(&handled, 1);
}

static void *wait_once(void *unused) {
  poll(NULL, 0, 0);
  dsu_self_record->cancelled = 1; /* so that it is called by the signal */
  sem_post(&begin);
  struct timespec long_time = {.tv_sec = 5};
  int result = nanosleep(&long_time, NULL);
  printf("nanosleep: %s\n",
         result < 0 ? strerrorname_np(errno) : "not noticed");
  fflush(stdout);
  return unused;
}

static enum dsu_reason commit(void *unused) {
  (void)unused;
  pthread_kill(waiting, SIGUSR1);
  return DSU_OK;
}

static void *update(void *unused) {
  struct dsu_plan plan = {.level = DSU_LEVEL_ACTIVENESS,
                          .commit = commit,
                          .deadline_ns = dsu_now_ns() + 4000000000u};
  struct dsu_outcome outcome;
  dsu_stop_and_commit(&plan, &outcome);
  return unused;
}

int main(void) {
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGUSR1, &action, NULL);
  sem_init(&begin, 0, 0);
  pthread_create(&waiting, NULL, wait_once, NULL);
  sem_wait(&begin);
  poll(NULL, 0, 100); /* until it sleeps */
  pthread_t updater;
  pthread_create(&updater, NULL, update, NULL);
  pthread_join(updater, NULL);
  // CHECK: nanosleep: EINTR
  pthread_join(waiting, NULL);
  // CHECK-NEXT: handled: 1
  printf("handled: %d\n", atomic_load(&handled));
  return 0;
}
