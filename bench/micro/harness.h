/*===- harness.h - times one small thing after the other ----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A program of micro-benchmarks is a table of functions that do something a
// given number of times.  The harness finds out how often fits into a few
// milliseconds, measures a number of such stretches, and prints for each
// benchmark the time of one operation in the fastest of them: what disturbs
// makes slower, never faster.  Both variants of a program run in turn, many
// times; the medians of their ratios are what counts (micro.py).
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_BENCH_HARNESS_H
#define DSU_BENCH_HARNESS_H

#include <stdint.h>

#define NOINLINE __attribute__((noinline))

struct benchmark {
  const char *name;
  /** Does it at least `count` times; returns how often. */
  uint64_t (*run)(uint64_t count);
};

/** Runs all benchmarks of a table that ends with a null name; prints lines of
    name and nanoseconds.  `stretches` and their length come from the command
    line. */
int harness_main(int argc, char **argv, const struct benchmark *benchmarks);

/** Where results go, so that no work is thrown away. */
extern volatile uint64_t harness_sink;

#endif /* DSU_BENCH_HARNESS_H */
