/*===- strings.h - string lists and formatting for dsu-cc -------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// dsu-cc lives for a moment and then becomes the compiler, so nothing here is
// ever freed, and running out of memory ends the program.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_CC_STRINGS_H
#define DSU_CC_STRINGS_H

#include <stdbool.h>
#include <stddef.h>

/** A growing list of strings; items[count] is always a null pointer, so that
    items can be given to exec. */
struct dsu_list {
  const char **items;
  size_t count;
  size_t capacity;
};

/** Appends one string; the list keeps the pointer. */
void dsu_list_add(struct dsu_list *list, const char *item);

/** Appends all of another list. */
void dsu_list_add_all(struct dsu_list *list, const struct dsu_list *other);

/** printf into a new string. */
const char *dsu_format(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/** A new string of the first `length` bytes of `text`. */
const char *dsu_substring(const char *text, size_t length);

bool dsu_starts_with(const char *text, const char *prefix);
bool dsu_ends_with(const char *text, const char *suffix);

/** Whether `text` equals one of a null-terminated array's elements. */
bool dsu_is_one_of(const char *text, const char *const *choices);

/** The part of a path after the last slash. */
const char *dsu_base_name(const char *path);

/** Ends the program with status 1 and a message on stderr. */
_Noreturn void dsu_fatal(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

#endif /* DSU_CC_STRINGS_H */
