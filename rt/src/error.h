/*===- error.h - why a request failed -----------------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A reason of the ABI's list and the words that go with it: which function,
// which version, what to do.  Kept in the caller's memory; the first failure
// stays, what fails while undoing does not hide it.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_ERROR_H
#define DSU_RT_ERROR_H

#include "dsu/dsu_abi.h"

#include <stdbool.h>

struct dsu_error {
  enum dsu_reason reason;
  char detail[1024];
};

/** Notes a failure; always returns false, so that callers can return it. */
bool dsu_fail(struct dsu_error *error, enum dsu_reason reason,
              const char *format, ...) __attribute__((format(printf, 3, 4)));

/** Enough of an identity to tell two apart: 16 hex digits, or all 64. */
#define DSU_ID_SHORT 17
#define DSU_ID_LONG 65
const char *dsu_id_text(const dsu_id *id, char *buffer, size_t size);

static inline bool dsu_id_equal(const dsu_id *a, const dsu_id *b) {
  return __builtin_memcmp(a, b, sizeof(*a)) == 0;
}

#endif /* DSU_RT_ERROR_H */
