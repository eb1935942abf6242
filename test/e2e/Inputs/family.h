//===- family.h - a program with a child -----------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Test support: the lines "fork" (a new child, which takes the place of an older
// one), "child LINE" (the child answers), "end" (ends the child) and "pid".
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TEST_FAMILY_H
#define DSU_TEST_FAMILY_H

#include "serve.h"
#include <signal.h>
#include <sys/wait.h>

static pid_t family_child;
static int family_pipe = -1;

static NOINLINE void family_end(void) {
  if (family_child) {
    close(family_pipe);
    waitpid(family_child, NULL, 0);
  }
  family_child = 0;
  family_pipe = -1;
}

static NOINLINE void family_fork(void) {
  int ends[2];
  family_end();
  if (pipe(ends) != 0)
    exit(3);
  family_child = fork();
  if (family_child == 0) {
    dup2(ends[0], 0);
    close(ends[0]);
    close(ends[1]);
    family_pipe = -1;
    exit(serve());
  }
  close(ends[0]);
  family_pipe = ends[1];
}

/* Whether the line was one of the family's. */
static NOINLINE int family(const char *line) {
  if (strcmp(line, "pid") == 0) {
    say("%d", (int)getpid());
    return 1;
  }
  if (strncmp(line, "child ", 6) == 0) {
    if (write(family_pipe, line + 6, strlen(line + 6)) < 0 ||
        write(family_pipe, "\n", 1) < 0)
      exit(3);
    return 1;
  }
  if (strcmp(line, "fork") != 0 && strcmp(line, "end") != 0)
    return 0;
  if (line[0] == 'f')
    family_fork();
  else
    family_end();
  say("done");
  return 1;
}

#endif // DSU_TEST_FAMILY_H
