/*===- code.h - changing the first bytes of functions -------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions that are called by their symbol lead to another body by their first
// two bytes (passes/EntryRedirect.h).  Code is writable only while it is being
// changed and all threads are held, so that none ever runs what it could write
// to; where the system forbids even that (systemd's MemoryDenyWriteExecute,
// SELinux), it is written through /proc/self/mem, as a debugger would.
//
// Called by the agent only: add for all that changes; then begin, try for each,
// end as a rehearsal, so that what can fail does before threads are held; then
// begin, try, store and end while they are; forget.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_CODE_H
#define DSU_RT_CODE_H

#include <stdbool.h>
#include <stdint.h>

enum dsu_code_run { DSU_CODE_REHEARSAL, DSU_CODE_COMMIT };

/** Notes two bytes of code that are to be changed; false if they do not lie in
    code, or in too many different places. */
bool dsu_code_add(const uint16_t *at);

/** Whether processors can be told that code has changed.  The first time may
    take some milliseconds, and makes some wake-ups a little slower, so it is
   not asked before it is needed. */
bool dsu_code_can_sync(void);

/** Makes all that was noted writable; false if that cannot be. */
bool dsu_code_begin(enum dsu_code_run run);

/** Writes two bytes as they are, if they still are these: their page is private
    and present then, and a store cannot fail any more. */
bool dsu_code_try(uint16_t *at, uint16_t value);

/** Changes two bytes, which are aligned, at once. */
void dsu_code_store(uint16_t *at, uint16_t value);

/** Protects the code again; after a commit no processor goes on with what it
    has read of it before. */
void dsu_code_end(enum dsu_code_run run);

void dsu_code_forget(void);

#endif /* DSU_RT_CODE_H */
