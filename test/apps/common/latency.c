/*===- latency.c - a histogram of latencies -------------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See latency.h.
//
//===----------------------------------------------------------------------===*/

#include "latency.h"

/* Values below LATENCY_STEPS have a bucket each; above, the five bits that
   follow the leading one choose among LATENCY_STEPS. */
static unsigned bucket_of(uint64_t value) {
  if (value < LATENCY_STEPS)
    return (unsigned)value;
  unsigned exponent = 63 - (unsigned)__builtin_clzll(value);
  unsigned step = (unsigned)(value >> (exponent - 5)) - LATENCY_STEPS;
  unsigned bucket = (exponent - 4) * LATENCY_STEPS + step;
  return bucket < LATENCY_BUCKETS ? bucket : LATENCY_BUCKETS - 1;
}

/* The largest value that falls into a bucket. */
static uint64_t top_of(unsigned bucket) {
  if (bucket < LATENCY_STEPS)
    return bucket;
  unsigned shift = bucket / LATENCY_STEPS - 1;
  uint64_t step = LATENCY_STEPS + bucket % LATENCY_STEPS;
  return ((step + 1) << shift) - 1;
}

void latency_add(struct latency *latency, uint64_t microseconds) {
  latency->buckets[bucket_of(microseconds)]++;
  latency->count++;
  if (microseconds > latency->max)
    latency->max = microseconds;
}

void latency_merge(struct latency *into, const struct latency *from) {
  for (unsigned i = 0; i < LATENCY_BUCKETS; i++)
    into->buckets[i] += from->buckets[i];
  into->count += from->count;
  if (from->max > into->max)
    into->max = from->max;
}

uint64_t latency_at(const struct latency *latency, unsigned per_mille) {
  uint64_t rank = (latency->count * per_mille + 999) / 1000, seen = 0;
  for (unsigned i = 0; i < LATENCY_BUCKETS; i++) {
    seen += latency->buckets[i];
    if (seen >= rank && seen > 0)
      return top_of(i) < latency->max ? top_of(i) : latency->max;
  }
  return latency->max;
}
