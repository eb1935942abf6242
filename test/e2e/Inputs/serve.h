//===- serve.h - a program that answers lines ------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Test support: what the programs of the end-to-end tests have in common.  A
// program defines answer(), which gets a line without its newline and prints
// one line; main reads until the end of input.  "hello" is answered here, so
// that the driver can ask any program whether it still serves.
//
// Input is read by read(2) and output is written at once: the program reacts
// to lines, never to time.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TEST_SERVE_H
#define DSU_TEST_SERVE_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))

/* Which version is compiled. */
#ifdef V3
#define VERSION 3
#elif defined(V2)
#define VERSION 2
#else
#define VERSION 1
#endif

/* An integer that the optimizer knows nothing about, so that callers of what
   returns it are the same in both versions. */
static inline __attribute__((always_inline)) int opaque(int value) {
  __asm__ volatile("" : "+r"(value));
  return value;
}

/* Not inlined: a frame of serve() never leaves, so its code has to stay as it
 * is. */
NOINLINE void answer(const char *line);

/* One line from standard input; false at its end. */
static inline int serve_line(char *line, size_t size) {
  size_t used = 0;
  while (used + 1 < size) {
    if (read(0, line + used, 1) != 1)
      return 0;
    if (line[used] == '\n')
      break;
    ++used;
  }
  line[used] = 0;
  return 1;
}

/* Prints one line at once. */
static inline void say(const char *format, ...) {
  char text[512];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(text, sizeof(text) - 1, format, arguments);
  va_end(arguments);
  text[length] = '\n';
  if (write(1, text, (size_t)length + 1) < 0)
    exit(3);
}

/* The line is no local: what answer() does with a local's address would be
   known to the optimizer and show in this function. */
static inline int serve(void) {
  static char line[256];
  while (serve_line(line, sizeof(line))) {
    if (strcmp(line, "hello") == 0)
      say("hello");
    else
      answer(line);
  }
  return 0;
}

#endif // DSU_TEST_SERVE_H
