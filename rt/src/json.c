/*===- json.c - JSON into a bounded buffer ------------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Strings may come from anywhere (thread names, file names): bytes that are not
// valid UTF-8 are written as the code points U+0080 to U+00FF, so that every
// reader accepts the result.
//
//===----------------------------------------------------------------------===*/

#include "json.h"

#include "error.h"

#include <stdio.h>
#include <string.h>

void dsu_json_init(struct dsu_json *json, char *buffer, size_t size) {
  *json = (struct dsu_json){.buffer = buffer, .size = size};
}

size_t dsu_json_room(const struct dsu_json *json) {
  return json->size - json->used;
}

static void put(struct dsu_json *json, const char *text, size_t length) {
  if (json->overflow || length > dsu_json_room(json)) {
    json->overflow = true;
    return;
  }
  memcpy(json->buffer + json->used, text, length);
  json->used += length;
}

/** Length of the well-formed UTF-8 sequence that starts here, 0 if none. */
static size_t sequence_length(const unsigned char *s) {
  size_t length = s[0] < 0x80                    ? 1
                  : s[0] >= 0xc2 && s[0] <= 0xdf ? 2
                  : s[0] >= 0xe0 && s[0] <= 0xef ? 3
                  : s[0] >= 0xf0 && s[0] <= 0xf4 ? 4
                                                 : 0;
  for (size_t i = 1; i < length; ++i)
    if ((s[i] & 0xc0) != 0x80)
      return 0;
  /* Overlong forms, surrogates and what lies above U+10FFFF. */
  if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
      (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
    return 0;
  return length;
}

static void put_quoted(struct dsu_json *json, const char *text) {
  put(json, "\"", 1);
  const unsigned char *s = (const unsigned char *)text;
  while (*s) {
    size_t length = sequence_length(s);
    if (*s == '"' || *s == '\\') {
      char escaped[2] = {'\\', (char)*s};
      put(json, escaped, 2);
      length = 1;
    } else if (length == 0 || *s < 0x20 || *s == 0x7f) {
      char escaped[8];
      snprintf(escaped, sizeof(escaped), "\\u%04x", *s);
      put(json, escaped, 6);
      length = 1;
    } else {
      put(json, (const char *)s, length);
    }
    s += length;
  }
  put(json, "\"", 1);
}

static void member(struct dsu_json *json, const char *key) {
  if (json->comma)
    put(json, ",", 1);
  json->comma = true;
  if (key) {
    put_quoted(json, key);
    put(json, ":", 1);
  }
}

void dsu_json_open(struct dsu_json *json, const char *key, char bracket) {
  member(json, key);
  put(json, &bracket, 1);
  json->comma = false;
}

void dsu_json_close(struct dsu_json *json, char bracket) {
  put(json, &bracket, 1);
  json->comma = true;
}

void dsu_json_string(struct dsu_json *json, const char *key, const char *text) {
  member(json, key);
  put_quoted(json, text);
}

void dsu_json_number(struct dsu_json *json, const char *key, uint64_t number) {
  member(json, key);
  char text[24];
  int length = snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
  put(json, text, (size_t)length);
}

void dsu_json_micros(struct dsu_json *json, const char *key, uint64_t ns) {
  member(json, key);
  char text[32];
  int length =
      snprintf(text, sizeof(text), "%llu.%llu", (unsigned long long)(ns / 1000),
               (unsigned long long)(ns % 1000 / 100));
  put(json, text, (size_t)length);
}

void dsu_json_bool(struct dsu_json *json, const char *key, bool value) {
  member(json, key);
  put(json, value ? "true" : "false", value ? 4 : 5);
}

void dsu_json_id(struct dsu_json *json, const char *key, const dsu_id *id) {
  char text[DSU_ID_LONG];
  dsu_json_string(json, key, dsu_id_text(id, text, sizeof(text)));
}
