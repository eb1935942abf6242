/*===- code.h - changing the first bytes of functions -------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions that are called by their symbol lead to another body by their first
// two bytes (passes/EntryRedirect.h).  Code is written as a debugger does it,
// through /proc/self/mem, which changes no protection: systems may forbid code
// that is writable (systemd's MemoryDenyWriteExecute, SELinux), and programs
// may have protected theirs as they like.  Only where that file cannot be
// opened (no /proc, or a process that is not dumpable) code is made writable,
// for as long as threads are held.
//
// Called by the agent only: add for all that changes, can_sync; then, while
// threads and forks are held, begin, exchange for each, end; then forget.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_CODE_H
#define DSU_RT_CODE_H

#include <stdbool.h>
#include <stdint.h>

/** Notes two bytes of code that are to be changed; false if they do not lie in
    code, or in too many different places. */
bool dsu_code_add(const uint16_t *at);

/** Whether processors can be told that code has changed.  The first time may
    take some milliseconds, and makes some wake-ups a little slower, so it is
    not asked before it is needed. */
bool dsu_code_can_sync(void);

/** Makes the pages of what was noted the process's own, so that the first
   change does not have to copy them; without success it does. */
void dsu_code_fault_in(void);

/** Makes all that was noted writable; false if that cannot be. */
bool dsu_code_begin(void);

/** Changes two bytes, which are aligned, from one value to another at once;
    false if they are no longer `from`, or cannot be written.  What has been
    changed since the last begin can be changed back: that does not fail. */
bool dsu_code_exchange(uint16_t *at, uint16_t from, uint16_t to);

/** Also after a begin or exchange that failed.  After it no processor goes on
    with what it has read of the code before. */
void dsu_code_end(void);

void dsu_code_forget(void);

/** In the child of fork, before it forgets what its parent was at. */
void dsu_code_after_fork(void);

#endif /* DSU_RT_CODE_H */
