//===- victim.c - a program for bad input ----------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Test support: has a bit of everything that a patch names (a function, an
// internal one, globals, a table that v2 edits, a thread-local, a stored
// pointer, a library function), so that a patch for it has all kinds of
// entries.
//
//===----------------------------------------------------------------------===//

#include "serve.h"
#include <math.h>
#include <sys/prctl.h>

struct entry {
  const char *name;
  int value;
};

#ifdef V2
static struct entry table[] = {{"one", 10}, {"two", 2}};
static int new_state = 1000;
#else
static struct entry table[] = {{"one", 1}, {"two", 2}};
#endif

#ifndef EXTRA /* a third version has 1 */
#define EXTRA 0
#endif

static int calls;
static _Thread_local int local = 5;

static int helper(int x) { return abs(x) + local + EXTRA; }
static int (*volatile stored)(int) = helper;

static NOINLINE int value(int x) {
  ++calls;
#ifdef V2
  return 100 * stored(x) + ++new_state;
#else
  return stored(x) + (stored == helper);
#endif
}

void answer(const char *line) {
  if (strncmp(line, "uid ", 4) == 0)
    say("%d", setuid((uid_t)atoi(line + 4)));
  else if (strncmp(line, "dumpable ", 9) == 0)
    say("%d", prctl(PR_SET_DUMPABLE, atoi(line + 9)));
  else
    say("%d calls %d %s %d %s %d", value(atoi(line)), calls, table[0].name,
        table[0].value, table[1].name, table[1].value);
}

int main(void) { return serve(); }
