/*===- strings.c - string lists and formatting for dsu-cc -----------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See strings.h.
//
//===----------------------------------------------------------------------===*/

#include "strings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void dsu_list_add(struct dsu_list *list, const char *item) {
  if (list->count + 2 > list->capacity) {
    list->capacity = list->capacity ? list->capacity * 2 : 64;
    void *items =
        realloc((void *)list->items, list->capacity * sizeof *list->items);
    if (!items)
      dsu_fatal("out of memory");
    list->items = items;
  }
  list->items[list->count++] = item;
  list->items[list->count] = NULL;
}

void dsu_list_add_all(struct dsu_list *list, const struct dsu_list *other) {
  for (size_t i = 0; i < other->count; i++)
    dsu_list_add(list, other->items[i]);
}

const char *dsu_format(const char *format, ...) {
  char *text = NULL;
  va_list args;
  va_start(args, format);
  int length = vasprintf(&text, format, args);
  va_end(args);
  if (length < 0)
    dsu_fatal("out of memory");
  return text;
}

const char *dsu_substring(const char *text, size_t length) {
  char *copy = strndup(text, length);
  if (!copy)
    dsu_fatal("out of memory");
  return copy;
}

bool dsu_starts_with(const char *text, const char *prefix) {
  return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool dsu_ends_with(const char *text, const char *suffix) {
  size_t length = strlen(text), tail = strlen(suffix);
  return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

bool dsu_is_one_of(const char *text, const char *const *choices) {
  for (; *choices; choices++)
    if (strcmp(text, *choices) == 0)
      return true;
  return false;
}

const char *dsu_base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

void dsu_fatal(const char *format, ...) {
  va_list args;
  va_start(args, format);
  fputs("dsu-cc: error: ", stderr);
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
  va_end(args);
  exit(1);
}
