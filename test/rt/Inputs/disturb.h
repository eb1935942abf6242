//===- disturb.h - stop all threads again and again ------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Test support: a thread of the runtime's that holds and releases all threads
// of the program as fast as it can, with an empty plan.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TEST_DISTURB_H
#define DSU_TEST_DISTURB_H

#include "stop.h"
#include "sys.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

static _Atomic(int) disturb_end;
static _Atomic(unsigned long) disturb_count;

static enum dsu_reason disturb_nothing(void *context) {
  (void)context;
  return DSU_OK;
}

static void *disturb_loop(void *unused) {
  (void)unused;
  struct dsu_plan plan = {.level = DSU_LEVEL_ACTIVENESS,
                          .commit = disturb_nothing};
  while (!atomic_load(&disturb_end)) {
    struct dsu_outcome outcome;
    plan.deadline_ns = 0;
    if (dsu_stop_and_commit(&plan, &outcome) == DSU_OK)
      atomic_fetch_add(&disturb_count, 1);
    struct timespec pause = {.tv_nsec = 300000};
    dsu_sys6(SYS_nanosleep, (long)&pause, 0, 0, 0, 0, 0);
  }
  return NULL;
}

/* Starts the thread; disturb_stop ends it and tells how often it committed. */
static pthread_t disturb_start(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, disturb_loop, NULL) != 0)
    abort();
  return thread;
}

static unsigned long disturb_stop(pthread_t thread) {
  atomic_store(&disturb_end, 1);
  pthread_join(thread, NULL);
  return atomic_load(&disturb_count);
}

#endif // DSU_TEST_DISTURB_H
