/*===- init.c - the runtime's start ---------------------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What costs nothing while idle: a signal handler, a few addresses, and a
// handler for fork.  No thread, no descriptor, no memory is taken.
//
//===----------------------------------------------------------------------===*/

#include "fork.h"
#include "real.h"
#include "signals.h"
#include "starter.h"
#include "stop.h"
#include "summon.h"
#include "thread.h"

__attribute__((constructor(101))) static void dsu_init(void) {
  dsu_real_init();
  dsu_thread_init();
  dsu_signals_init();
  dsu_summon_init();
  dsu_starter_init();
  /* Without membarrier there is no way to stop threads soundly: no handler
     is installed then, and dsuctl says that the process is not updatable. */
  if (dsu_stop_init())
    dsu_fork_init();
}
