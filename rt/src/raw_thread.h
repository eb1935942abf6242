/*===- raw_thread.h - threads that libc does not know of ----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_RAW_THREAD_H
#define DSU_RT_RAW_THREAD_H

#include <stdatomic.h>
#include <stdint.h>

/** Starts a thread by the system call clone, without memory or locks; its
   number or -errno.  It ends when `work` returns.  `stack` is the end of its
   stack, aligned to 16; `head` its thread-local data, null for the caller's,
   which it then must not use.  The kernel sets *id to its number, and to 0 when
   it uses no memory any more.  Async-signal-safe. */
long dsu_raw_thread(void (*work)(void), char *stack, void *head,
                    _Atomic(uint32_t) *id);

/** Waits until *id is 0.  In a child of fork a number that was left there is
    nobody's, and not waited for.  Async-signal-safe. */
void dsu_raw_thread_wait(_Atomic(uint32_t) *id);

#endif /* DSU_RT_RAW_THREAD_H */
