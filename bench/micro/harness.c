/*===- harness.c - times one small thing after the other ----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See harness.h.
//
//===----------------------------------------------------------------------===*/

#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

volatile uint64_t harness_sink;

static double now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* Nanoseconds of one operation; the whole stretch by `elapsed`. */
static double measure(const struct benchmark *benchmark, uint64_t count,
                      double *elapsed) {
  double begin = now_ns();
  uint64_t done = benchmark->run(count);
  *elapsed = now_ns() - begin;
  return *elapsed / (double)done;
}

/* How often fits into a stretch. */
static uint64_t calibrate(const struct benchmark *benchmark, double stretch) {
  double elapsed;
  for (uint64_t count = 16;; count *= 4) {
    measure(benchmark, count, &elapsed);
    if (elapsed > stretch / 8)
      return (uint64_t)((double)count * stretch / elapsed) + 1;
  }
}

int harness_main(int argc, char **argv, const struct benchmark *benchmarks) {
  if (argc < 3) {
    fprintf(stderr, "usage: %s STRETCHES MILLISECONDS [...]\n", argv[0]);
    return 2;
  }
  int stretches = atoi(argv[1]);
  double length = atof(argv[2]) * 1e6;
  for (const struct benchmark *b = benchmarks; b->name; b++) {
    uint64_t count = calibrate(b, length);
    double best = 1e18, elapsed;
    for (int i = 0; i < stretches; i++) {
      double each = measure(b, count, &elapsed);
      best = each < best ? each : best;
    }
    printf("%s\t%.4f\n", b->name, best);
  }
  return 0;
}
