/*===- log.h - what the runtime has to say ------------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A bounded ring of lines in memory, shown by `dsuctl status`.  If DSU_LOG is
// set when the program starts the lines also go to that file, or to the
// system's log if it is `syslog`.  Nothing is ever written to descriptors 0 to
// 2.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_LOG_H
#define DSU_RT_LOG_H

#include <stdbool.h>

/** Adds one line.  Never called while threads are held or in a handler. */
void dsu_log(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** The same for a thread that shares the program's descriptors, which it does
    not touch: the line is kept in memory only. */
void dsu_log_in_memory(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/** Calls `each` for the lines that are still there, oldest first. */
void dsu_log_each(void (*each)(const char *line, void *context), void *context);

/** Forgets that a line was being written; called in the child of fork. */
void dsu_log_after_fork(void);

#endif /* DSU_RT_LOG_H */
