/*===- json.h - JSON into a bounded buffer ------------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes what the agent replies.  No allocation; what does not fit sets a flag
// and is left out, and what was written before it stays a valid beginning.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_JSON_H
#define DSU_RT_JSON_H

#include "dsu/dsu_abi.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dsu_json {
  char *buffer;
  size_t size;
  size_t used;
  bool comma;    /* the next member needs one before it */
  bool overflow; /* something did not fit; the text is not valid then */
};

void dsu_json_init(struct dsu_json *json, char *buffer, size_t size);

/** All take the member's name, or null inside an array or at the top. */
void dsu_json_open(struct dsu_json *json, const char *key, char bracket);
void dsu_json_close(struct dsu_json *json, char bracket);
void dsu_json_string(struct dsu_json *json, const char *key, const char *text);
void dsu_json_number(struct dsu_json *json, const char *key, uint64_t number);
void dsu_json_micros(struct dsu_json *json, const char *key, uint64_t ns);
void dsu_json_bool(struct dsu_json *json, const char *key, bool value);
void dsu_json_id(struct dsu_json *json, const char *key, const dsu_id *id);

/** Bytes that still fit. */
size_t dsu_json_room(const struct dsu_json *json);

#endif /* DSU_RT_JSON_H */
