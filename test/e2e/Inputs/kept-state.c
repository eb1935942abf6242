//===- kept-state.c - three versions that keep a count ----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Test support: the program of tests of how and where versions are compiled.
//
//===----------------------------------------------------------------------===//
#include "serve.h"

static int calls;

static NOINLINE int value(int x) {
#ifdef V3
  return 3 * x + 1;
#elif defined(V2)
  return 3 * x;
#else
  return x + 1;
#endif
}

void answer(const char *line) {
  ++calls;
  say("%d after %d", value(atoi(line)), calls);
}

int main(void) { return serve(); }
