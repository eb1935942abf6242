/*===- leaves.c - small functions of another file -----------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#include "leaves.h"
#include "harness.h"

NOINLINE uint64_t leaf_mix(uint64_t state, uint64_t value) {
  return (state ^ value) * 0x9e3779b97f4a7c15;
}

NOINLINE uint64_t leaf_byte(uint64_t state, char byte) {
  return (state << 5) + state + (unsigned char)byte;
}

NOINLINE struct leaf_point leaf_move(struct leaf_point point) {
  return (struct leaf_point){point.y, point.z, point.x + 1};
}

/* This one is left to the compiler, which inlines it at the link. */
uint64_t leaf_inlined(uint64_t state, uint64_t value) {
  return state + (value ^ (state >> 3));
}
