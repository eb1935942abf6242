// Threads that are born while others are being stopped are held, too: at the
// time of the commit nobody starts or makes a thread.  Chains of threads, each
// of which makes the next one, run all the time.  (G1)
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "stop.h"
#include "sys.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHAINS = 4, COMMITS = 150 };

static _Atomic(int) stop;
static _Atomic(unsigned long) births, during;
static _Atomic(unsigned) commits;

static void *next_thread(void *unused) {
  atomic_fetch_add(&births, 1);
  if (atomic_load(&stop))
    return unused;
  pthread_attr_t detached;
  pthread_attr_init(&detached);
  pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
  pthread_t thread;
  while (pthread_create(&thread, &detached, next_thread, NULL) != 0)
    ;
  pthread_attr_destroy(&detached);
  return unused;
}

static enum dsu_reason commit(void *unused) {
  (void)unused;
  unsigned long before = atomic_load(&births);
  struct timespec moment = {.tv_nsec = 500000};
  dsu_sys6(SYS_nanosleep, (long)&moment, 0, 0, 0, 0, 0);
  atomic_fetch_add(&during, atomic_load(&births) - before);
  atomic_fetch_add(&commits, 1);
  return DSU_OK;
}

static void *update(void *unused) {
  struct dsu_plan plan = {.level = DSU_LEVEL_ACTIVENESS, .commit = commit};
  uint64_t until = dsu_now_ns() + 20000000000u;
  while (atomic_load(&commits) < COMMITS && dsu_now_ns() < until) {
    struct dsu_outcome outcome;
    plan.deadline_ns = dsu_now_ns() + 1000000000u;
    dsu_stop_and_commit(&plan, &outcome);
    struct timespec moment = {.tv_nsec = 1000000};
    dsu_sys6(SYS_nanosleep, (long)&moment, 0, 0, 0, 0, 0);
  }
  return unused;
}

int main(void) {
  for (int i = 0; i < CHAINS; i++)
    next_thread(NULL);
  pthread_t updater;
  pthread_create(&updater, NULL, update, NULL);
  pthread_join(updater, NULL);
  atomic_store(&stop, 1);
  // CHECK: committed, 0 births meanwhile
  printf("%s, %lu births meanwhile\n",
         commits >= COMMITS / 2 ? "committed" : "hardly committed", during);
  fflush(stdout);
  _Exit(births > COMMITS ? 0 : 1);
}
