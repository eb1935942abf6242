/*===- fault.c - failures on demand, for tests --------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See fault.h.
//
//===----------------------------------------------------------------------===*/

#include "fault.h"

#ifdef DSU_FAULTS
#include <stdlib.h>
#include <string.h>

bool dsu_fault_point(const char *name) {
  const char *wanted = getenv("DSU_FAULT");
  if (!wanted)
    return false;
  size_t length = strcspn(wanted, ":");
  if (strlen(name) != length || strncmp(name, wanted, length) != 0)
    return false;
  static const char *counted;
  static long asked;
  if (counted != wanted) {
    counted = wanted;
    asked = 0;
  }
  long turn = wanted[length] ? strtol(wanted + length + 1, NULL, 10) : 1;
  return ++asked == turn;
}
#endif
