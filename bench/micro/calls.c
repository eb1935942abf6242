/*===- calls.c - programs that do nothing but call ----------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The worst case of indirection: bodies so small that the call is what they
// cost.  What the compiler would inline is marked, since an inlined call is
// free in both variants.
//
//===----------------------------------------------------------------------===*/

#include "harness.h"
#include "leaves.h"

#include <stdlib.h>
#include <string.h>

/*--- Recursion --------------------------------------------------------------*/

static uint64_t calls;

static NOINLINE unsigned fib(unsigned n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static uint64_t run_fib(uint64_t count) {
  enum { N = 22, CALLS = 57313 };
  uint64_t rounds = count / CALLS + 1;
  for (uint64_t i = 0; i < rounds; i++) {
    unsigned n = N;
    __asm__ volatile("" : "+r"(n)); /* or one round would do for all */
    harness_sink += fib(n);
  }
  return rounds * CALLS;
}

/* Hofstadter's pair: neither can be turned into a loop. */
static unsigned male(unsigned n);

static NOINLINE unsigned female(unsigned n) {
  calls++;
  return n == 0 ? 1 : n - male(female(n - 1));
}

static NOINLINE unsigned male(unsigned n) {
  calls++;
  return n == 0 ? 0 : n - female(male(n - 1));
}

static uint64_t run_mutual(uint64_t count) {
  calls = 0;
  while (calls < count)
    harness_sink += female(40);
  return calls;
}

/*--- Pointers ---------------------------------------------------------------*/

static NOINLINE uint64_t add(uint64_t x) { return x + 3; }
static NOINLINE uint64_t twist(uint64_t x) { return x ^ (x << 7); }
static NOINLINE uint64_t shift(uint64_t x) { return x >> 1; }
static NOINLINE uint64_t negate(uint64_t x) { return ~x; }

static uint64_t (*volatile const operations[])(uint64_t) = {add, twist, shift,
                                                            negate};

static uint64_t run_indirect(uint64_t count) {
  uint64_t x = 1;
  for (uint64_t i = 0; i < count; i++)
    x = operations[i % 4](x);
  harness_sink += x;
  return count;
}

static NOINLINE int compare(const void *left, const void *right) {
  unsigned a = *(const unsigned *)left, b = *(const unsigned *)right;
  return (a > b) - (a < b);
}

static uint64_t run_qsort(uint64_t count) {
  enum { N = 1000 };
  static unsigned pattern[N], values[N];
  unsigned x = 12345;
  for (unsigned i = 0; i < N; i++)
    pattern[i] = x = x * 1103515245 + 12345;
  uint64_t rounds = count / N + 1;
  for (uint64_t i = 0; i < rounds; i++) {
    memcpy(values, pattern, sizeof values);
    qsort(values, N, sizeof *values, compare);
  }
  harness_sink += values[0];
  return rounds * N;
}

/*--- Leaves -----------------------------------------------------------------*/

static NOINLINE uint64_t leaf(uint64_t x) { return x * 5 + 1; }

static uint64_t run_leaf(uint64_t count) {
  uint64_t x = 1;
  for (uint64_t i = 0; i < count; i++)
    x = leaf(x);
  harness_sink += x;
  return count;
}

static uint64_t run_leaf_across(uint64_t count) {
  uint64_t x = 1;
  for (uint64_t i = 0; i < count; i++)
    x = leaf_mix(x, i);
  harness_sink += x;
  return count;
}

static uint64_t run_bytes(uint64_t count) {
  static const char text[] = "the quick brown fox jumps over the lazy dog";
  uint64_t x = 0;
  for (uint64_t i = 0; i < count; i++)
    x = leaf_byte(x, text[i % (sizeof text - 1)]);
  harness_sink += x;
  return count;
}

static uint64_t run_struct(uint64_t count) {
  struct leaf_point point = {1, 2, 3};
  for (uint64_t i = 0; i < count; i++)
    point = leaf_move(point);
  harness_sink += point.x;
  return count;
}

static uint64_t run_inlined(uint64_t count) {
  uint64_t x = 1;
  for (uint64_t i = 0; i < count; i++)
    x = leaf_inlined(x, i);
  harness_sink += x;
  return count;
}

int main(int argc, char **argv) {
  static const struct benchmark benchmarks[] = {
      {"fib", run_fib},
      {"mutual recursion", run_mutual},
      {"function pointers", run_indirect},
      {"qsort with callback", run_qsort},
      {"leaf, same file", run_leaf},
      {"leaf, other file", run_leaf_across},
      {"leaf on bytes, other file", run_bytes},
      {"leaf on structs, other file", run_struct},
      {"inlined across files", run_inlined},
      {0}};
  return harness_main(argc, argv, benchmarks);
}
