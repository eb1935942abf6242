/*===- credentials.h - whom the process belongs to ----------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Root alone may update a process that cannot be dumped or whose credentials
// are not those that it began with: it may hold secrets or powers that its user
// does not have.
//
// For the kernel credentials are a thread's.  libc's setuid changes those of
// all threads that libc knows of; the starter's helper is none of them, so it
// can have powers that the process has given up since it was made.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_CREDENTIALS_H
#define DSU_RT_CREDENTIALS_H

#include <stdbool.h>
#include <sys/types.h>

/** Why only root may ask, in words; null if the process's user may, too. */
const char *dsu_credentials_why_root(void);

/** Whether the calling thread's user, groups and capabilities are not those of
    thread `*tid`, or of some other thread of the program if that has ended; its
    number is in *tid then.  If `lasting`, only what the program cannot take
   back counts: real and saved ids, permitted capabilities.  False where the
   program cannot reach /proc. */
bool dsu_credentials_differ(pid_t *tid, bool lasting);

#endif /* DSU_RT_CREDENTIALS_H */
