/*===- error.c - why a request failed -----------------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See error.h.
//
//===----------------------------------------------------------------------===*/

#include "error.h"

#include <stdarg.h>
#include <stdio.h>

bool dsu_fail(struct dsu_error *error, enum dsu_reason reason,
              const char *format, ...) {
  if (error->reason != DSU_OK)
    return false;
  error->reason = reason;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->detail, sizeof(error->detail), format, arguments);
  va_end(arguments);
  return false;
}

const char *dsu_id_text(const dsu_id *id, char *buffer, size_t size) {
  static const char digits[] = "0123456789abcdef";
  size_t used = 0;
  for (size_t i = 0; i < sizeof(id->bytes) && used + 2 < size; ++i) {
    buffer[used++] = digits[id->bytes[i] >> 4];
    buffer[used++] = digits[id->bytes[i] & 15];
  }
  if (size)
    buffer[used] = 0;
  return buffer;
}
