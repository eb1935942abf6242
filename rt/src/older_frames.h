/*===- older_frames.h - frames that stay through several patches --*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A frame of version 1 that a patch to version 2 let stay may still be there
// when the patch to version 3 comes: `main` changes before its loop in every
// release and never leaves.  The second patch knows call sites of version 2's
// body only.  But the first one told which call site of version 2 has the same
// remaining code as the frame's, and the second one which call site of version
// 3 has that of version 2's: so the frame may stay again.  A patch that leaves
// the function alone leaves its numbers alone.  It may also be the only one
// that knows the return addresses of a body that still runs: the next one is
// made from a binary that does not have that body.
//
// The same answers a revert: a frame may stay if its remaining code is that of
// the version that runs afterwards.
//
// Only for functions whose frames never leave.  For others, dsu-diff has judged
// which changes go together (an old store, a new load) for each patch alone,
// and what a frame did two versions ago is in none of these comparisons; such
// frames are waited for.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_OLDER_FRAMES_H
#define DSU_RT_OLDER_FRAMES_H

#include "image.h"

/** Return addresses, as sorted offsets in the body of `func` (an entry of
    `owner`), whose remaining code is that of the
    version to come: the one that the patches up to `top` make (null: the base)
    and then `next`, unless that is null.  Writes to `into`, which has room for
    all call sites of the patches up to `top`; returns their number. */
uint32_t dsu_older_frames(const struct dsu_image_state *owner,
                          const struct dsu_func *func,
                          const struct dsu_image_state *top,
                          const struct dsu_image *next, uint32_t *into);

#endif /* DSU_RT_OLDER_FRAMES_H */
