/*===- starter.h - making a thread from anywhere -----------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// pthread_create needs memory, and may not be called by a thread that is in an
// allocator or holds a lock that the allocator wants, which no look at its
// stack can exclude: allocators are application code, have functions of any
// name, and wait, write and compute with their locks held.  So the thread that
// a request interrupts does not call it.  It makes a helper, by the system call
// clone and without memory or locks, and goes on; the helper may wait for what
// that thread holds.
//
// The helper is a thread for the kernel only, so that it is never the last one
// that libc knows, in which libc would end the program.  Its stack and its
// thread-local data, by which libc knows who calls, are made when the program
// starts, and the next helper uses them again.  libc neither signals nor counts
// it: setuid does not reach it (credentials.h), and a program's last thread
// ends the program.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_STARTER_H
#define DSU_RT_STARTER_H

#include <stdbool.h>

/** Makes the helper's stack and thread-local data.  Called by the constructor,
    with only one thread. */
void dsu_starter_init(void);

/** Whether there can be a helper: not with an unknown C library, nor where a
    sanitizer wants to know every thread. */
bool dsu_starter_exists(void);

/** Calls `work` in the helper; false if it cannot be made, or has not gone yet.
    Returns at once, but in a program with one thread: libc takes no locks there
    before it knows of a second one, so the helper makes it one, which ends at
    once.  That is done when this returns, or waits for what the calling thread
    holds.  `error` is why it could not be made, or 0.  Async-signal-safe. */
bool dsu_starter_run(void (*work)(int error));

/** In the child of fork. */
void dsu_starter_after_fork(void);

#endif /* DSU_RT_STARTER_H */
