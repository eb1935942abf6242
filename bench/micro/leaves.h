/*===- leaves.h - small functions of another file -----------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_BENCH_LEAVES_H
#define DSU_BENCH_LEAVES_H

#include <stdint.h>

struct leaf_point {
  uint64_t x, y, z;
};

uint64_t leaf_mix(uint64_t state, uint64_t value);
uint64_t leaf_byte(uint64_t state, char byte);
struct leaf_point leaf_move(struct leaf_point point);
uint64_t leaf_inlined(uint64_t state, uint64_t value);

#endif /* DSU_BENCH_LEAVES_H */
