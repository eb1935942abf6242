/*===- handlers.h - the application's signal handlers ------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A handler of the application's that interrupts a window has to leave it, and
// to be counted.  So the functions that install handlers are interposed.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_HANDLERS_H
#define DSU_RT_HANDLERS_H

#include "dsu/dsu_abi.h"

#include <signal.h>
#include <stdbool.h>

/** The signal that is kept for the runtime. */
static inline int dsu_our_signal(void) {
  return SIGRTMAX - DSU_SIGNAL_FROM_MAX;
}

/** Whether the kernel knows a handler that was installed past the runtime, by a
    raw system call.  What such a handler does is neither counted nor kept out
    of windows.  Handlers of faults do not matter: a fault comes from the
    program's own instructions, which no window contains. */
bool dsu_handlers_unknown(void);

#endif /* DSU_RT_HANDLERS_H */
