/*===- segment.h - where the code of ELF objects is mapped --------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_SEGMENT_H
#define DSU_RT_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

/** A mapped part of an ELF object, with code. */
struct dsu_segment {
  uintptr_t begin, end;
  int protection; /* as the dynamic linker has set it */
};

/** Finds the part that `code` lies in; false if there is none.  For the agent,
    not while threads are held. */
bool dsu_segment_of(uintptr_t code, struct dsu_segment *segment);

#endif /* DSU_RT_SEGMENT_H */
