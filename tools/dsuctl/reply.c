/*===- reply.c - the outcome of a request as JSON -----------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See reply.h.
//
//===----------------------------------------------------------------------===*/

#include "reply.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

json_t *reply_refusal(pid_t pid, enum dsu_reason reason, const char *remedy,
                      const char *format, ...) {
  char detail[1024];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(detail, sizeof(detail), format, arguments);
  va_end(arguments);
  /* File names need not be UTF-8. */
  for (char *c = detail; *c; ++c)
    if ((unsigned char)*c >= 0x80)
      *c = '?';
  json_t *reply = json_pack(
      "{s:s, s:s, s:I, s:s}", "reason", dsu_reason_name(reason), "message",
      dsu_reason_text(reason), "pid", (json_int_t)pid, "detail", detail);
  if (!reply) {
    fputs("dsuctl: out of memory\n", stderr);
    exit(dsu_reason_exit(DSU_E_NO_MEMORY));
  }
  if (remedy)
    json_object_set_new(reply, "remedy", json_string(remedy));
  return reply;
}

enum dsu_reason reply_reason(const json_t *reply) {
  const char *name = reply_text(reply, "reason");
  for (unsigned reason = 0; reason < DSU_REASON_COUNT; ++reason)
    if (strcmp(name, dsu_reason_name(reason)) == 0)
      return reason;
  return DSU_E_INTERNAL;
}

const char *reply_text(const json_t *reply, const char *key) {
  const char *text = json_string_value(json_object_get(reply, key));
  return text ? text : "";
}
