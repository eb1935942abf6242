/*===- memory.h - memory that does not come from malloc -----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The runtime runs in constructors before malloc may be used, and a program's
// malloc may be its own and updatable: what the runtime keeps comes from mmap.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_MEMORY_H
#define DSU_RT_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Zeroed pages, or null.  errno is kept. */
void *dsu_map(size_t size);
void dsu_unmap(void *address, size_t size);

/** Makes the page of a byte private and present, by writing to it what it is,
   at once; false if it may not be written (the program has sealed it by
   mprotect). May be called while threads are held. */
bool dsu_fault_in(void *address);

/** A part of memory that the dynamic linker mapped. */
struct dsu_range {
  uintptr_t begin, end;
};

/** For the agent, not while threads are held.  Fills `ranges` with those parts
   of the ELF object that holds `address` which the program may write (writable)
   or only read.  Returns how many there are, `capacity` at most. */
unsigned dsu_object_ranges(const void *address, bool writable,
                           struct dsu_range *ranges, unsigned capacity);

/** True if one of the ranges holds all `size` bytes at `address`. */
bool dsu_in_ranges(const struct dsu_range *ranges, unsigned count,
                   uintptr_t address, size_t size);

#endif /* DSU_RT_MEMORY_H */
