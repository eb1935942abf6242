/*===- latency.h - a histogram of latencies ---------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Microseconds in buckets whose width grows with the value (32 for each power
// of two), so that any percentile is known within 3 percent at a fixed size.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_APPS_LATENCY_H
#define DSU_APPS_LATENCY_H

#include <stdint.h>

enum { LATENCY_STEPS = 32, LATENCY_BUCKETS = 32 * LATENCY_STEPS };

struct latency {
  uint64_t buckets[LATENCY_BUCKETS];
  uint64_t count;
  uint64_t max;
};

void latency_add(struct latency *latency, uint64_t microseconds);
void latency_merge(struct latency *into, const struct latency *from);
/** The value that `per_mille` of a thousand do not exceed. */
uint64_t latency_at(const struct latency *latency, unsigned per_mille);

#endif /* DSU_APPS_LATENCY_H */
