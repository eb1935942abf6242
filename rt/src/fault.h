/*===- fault.h - failures on demand, for tests --------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every step of the loader and of an update that can fail asks here first.  In
// the library that programs link the question costs nothing: it is the constant
// false.  Compiled with DSU_FAULTS, the environment variable DSU_FAULT=name or
// name:n makes the n-th question of that name (from 1) fail.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_FAULT_H
#define DSU_RT_FAULT_H

#include <stdbool.h>

#ifdef DSU_FAULTS
bool dsu_fault_point(const char *name);
#else
static inline bool dsu_fault_point(const char *name) {
  (void)name;
  return false;
}
#endif

#endif /* DSU_RT_FAULT_H */
