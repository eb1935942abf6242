/*===- options.h - options of the load clients ------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_APPS_OPTIONS_H
#define DSU_APPS_OPTIONS_H

#include "load.h"

#include <stdio.h>

struct load_options {
  unsigned port;
  const char *socket; /* a Unix socket instead of the port */
  unsigned connections, threads;
  uint64_t requests; /* 0: only the time counts */
  uint64_t duration_us;
  uint64_t timeout_us;  /* for one reply */
  uint64_t interval_us; /* between two requests of a connection, 0: none */
  uint64_t seed;
  bool sweep;
  FILE *progress;
  uint64_t progress_us;
  uint64_t show_failures;
};

/** Reads them; bad usage ends the program with status 2. */
void load_read_options(struct load_options *options, int argc, char **argv,
                       const struct load_protocol *protocol);

#endif /* DSU_APPS_OPTIONS_H */
