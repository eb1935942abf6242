/*===- code.h - changing the first bytes of functions -------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Functions that are called by their symbol lead to another body by their first
// two bytes (passes/EntryRedirect.h).  Code is made writable only around a
// commit; where the system forbids that (systemd's MemoryDenyWriteExecute,
// SELinux), it is written through /proc/self/mem, as a debugger would.
//
// Called by the agent only, in this order: add, open and try before threads are
// held; begin, try, store and end while they are; close afterwards.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_CODE_H
#define DSU_RT_CODE_H

#include "error.h"

#include <stdint.h>

/** Notes two bytes of code that are to be changed; false if they do not lie in
    code, or in too many different places. */
bool dsu_code_add(const uint16_t *at);

/** Finds out how all that was noted can be changed, and makes it so. */
bool dsu_code_open(struct dsu_error *error);

/** Threads are held; false if nothing can be changed after all. */
bool dsu_code_begin(void);

/** Writes the byte before these two, a trap, as it is: its page is private and
    present then, and a store cannot fail any more.  Before threads are held
    only where no descriptor is needed for it. */
bool dsu_code_try(const uint16_t *at);

/** Changes two bytes, which are aligned, at once. */
void dsu_code_store(uint16_t *at, uint16_t value);

/** After this no processor goes on with what it has read of the code before. */
void dsu_code_end(void);

/** Protects the code again and forgets what was noted.  Also without open. */
void dsu_code_close(void);

#endif /* DSU_RT_CODE_H */
