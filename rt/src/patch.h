/*===- patch.h - the stack of applied patches ---------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Apply, check and revert.  The states of a patch: loaded (loader.h), applied,
// reverted.  All that can fail comes before the commit, and a failure leaves
// everything as it was (guarantee G3).
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_PATCH_H
#define DSU_RT_PATCH_H

#include "loader.h"
#include "stop.h"

/** What a request asks for besides the patch itself. */
struct dsu_terms {
  uint32_t level;       /* least consistency level, 0: the patch's own */
  uint64_t deadline_ns; /* CLOCK_MONOTONIC */
  bool dry;             /* do everything but the commit */
  enum dsu_reason (*give_up)(void); /* see struct dsu_plan */
};

/** Applies a loaded patch. */
bool dsu_patch_apply(struct dsu_patch *patch, const struct dsu_terms *terms,
                     struct dsu_outcome *outcome, struct dsu_error *error);

/** Reverts an applied patch, which must be the topmost one on its image. */
bool dsu_patch_revert(struct dsu_patch *patch, const struct dsu_terms *terms,
                      struct dsu_outcome *outcome, struct dsu_error *error);

/** The patch that revert means: by the beginning of its identity in hex, by
    its file's hash, or the one applied last for an empty text.  Null with the
   reason. */
struct dsu_patch *dsu_patch_to_revert(const char *identity,
                                      struct dsu_error *error);

/** The level at which the patch would be applied. */
uint32_t dsu_patch_level(const struct dsu_patch *patch,
                         const struct dsu_terms *terms);

/** Number of elements of variables that it sets. */
uint32_t dsu_patch_edits(const struct dsu_patch *patch);

/** Number of functions with one of these DSU_FUNC_* flags. */
uint32_t dsu_patch_count(const struct dsu_patch *patch, uint32_t flags);

/** In the child of a fork that happened during a request. */
void dsu_patch_after_fork(void);

#endif /* DSU_RT_PATCH_H */
