//===- stopper.h - one plan, tried from a thread of the runtime's -*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Test support: carries out a plan that blocks the given functions, from a
// thread of its own, and prints how it ended.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TEST_STOPPER_H
#define DSU_TEST_STOPPER_H

#include "stop.h"
#include "sys.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

struct stopper {
  struct dsu_plan plan;
  struct dsu_outcome outcome;
  unsigned commits;
  uint64_t patience_ns;
};

static enum dsu_reason stopper_commit(void *context) {
  ((struct stopper *)context)->commits++;
  return DSU_OK;
}

static void *stopper_main(void *context) {
  struct stopper *stopper = context;
  stopper->plan.commit = stopper_commit;
  stopper->plan.context = stopper;
  /* On a busy machine a thread may not get a core in time to be stopped: that
     says nothing about where it stands. */
  uint64_t end_ns = dsu_now_ns() + 10000000000u;
  do {
    stopper->plan.deadline_ns = dsu_now_ns() + stopper->patience_ns;
    dsu_stop_and_commit(&stopper->plan, &stopper->outcome);
  } while (stopper->patience_ns && stopper->outcome.reason == DSU_E_STOP &&
           dsu_now_ns() < end_ns);
  return NULL;
}

/* Tries to commit for so many milliseconds (0: once) while `blocks` must not be
 * active.
 */
static struct stopper stopper_run(const struct dsu_block *blocks,
                                  uint32_t count, unsigned patience_ms) {
  struct stopper stopper = {.plan = {.blocks = blocks,
                                     .block_count = count,
                                     .level = DSU_LEVEL_ACTIVENESS},
                            .patience_ns = (uint64_t)patience_ms * 1000000};
  pthread_t thread;
  if (pthread_create(&thread, NULL, stopper_main, &stopper) != 0)
    abort();
  pthread_join(thread, NULL);
  return stopper;
}

__attribute__((unused)) static void
stopper_print(const char *what, const struct stopper *stopper) {
  printf("%s: %s, %u commits%s%s\n", what,
         dsu_reason_name(stopper->outcome.reason), stopper->commits,
         stopper->outcome.function ? ", " : "",
         stopper->outcome.function ? stopper->outcome.function : "");
  fflush(stdout);
}

#endif // DSU_TEST_STOPPER_H
