/*===- bytes.c - byte buffers and random numbers of the load clients ------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See load.h.  Running out of memory ends the client: it has failed.
//
//===----------------------------------------------------------------------===*/

#include "load.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void reserve(struct load_bytes *bytes, size_t more) {
  if (bytes->length + more <= bytes->capacity)
    return;
  size_t capacity = bytes->capacity ? bytes->capacity : 256;
  while (capacity < bytes->length + more)
    capacity *= 2;
  bytes->data = realloc(bytes->data, capacity);
  if (!bytes->data) {
    fputs("load: out of memory\n", stderr);
    exit(1);
  }
  bytes->capacity = capacity;
}

void load_append(struct load_bytes *bytes, const void *data, size_t length) {
  if (length == 0)
    return;
  reserve(bytes, length);
  memcpy(bytes->data + bytes->length, data, length);
  bytes->length += length;
}

void load_print(struct load_bytes *bytes, const char *format, ...) {
  char text[1024];
  va_list args;
  va_start(args, format);
  int length = vsnprintf(text, sizeof text, format, args);
  va_end(args);
  if (length < 0 || (size_t)length >= sizeof text) {
    fputs("load: a line is too long\n", stderr);
    exit(1);
  }
  load_append(bytes, text, (size_t)length);
}

void load_copy(struct load_bytes *to, const struct load_bytes *from) {
  to->length = 0;
  load_append(to, from->data, from->length);
}

void load_expect_number(struct load_step *step, uint64_t min, uint64_t max,
                        uint64_t *captured) {
  step->has_hole = true;
  step->hole = step->expected.length;
  step->hole_min = min;
  step->hole_max = max;
  step->captured = captured;
}

/* splitmix64 */
uint64_t load_next_random(struct load_random *random) {
  uint64_t z = random->state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

unsigned load_pick(struct load_random *random, unsigned limit) {
  return (unsigned)(load_next_random(random) % limit);
}

void load_append_random(struct load_bytes *bytes, struct load_random *random,
                        size_t length) {
  reserve(bytes, length);
  char *out = bytes->data + bytes->length;
  bytes->length += length;
  for (; length >= sizeof(uint64_t); length -= sizeof(uint64_t)) {
    uint64_t word = load_next_random(random);
    memcpy(out, &word, sizeof word);
    out += sizeof word;
  }
  uint64_t word = load_next_random(random);
  memcpy(out, &word, length);
}
