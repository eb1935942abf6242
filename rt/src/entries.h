/*===- entries.h - redirecting a patch's functions ----------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A function that is called by its symbol begins with the jump through its slot
// while another body of it runs, and with what the compiler made otherwise. The
// functions here do that for all functions of a patch; one entry is code.h's.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_ENTRIES_H
#define DSU_RT_ENTRIES_H

#include "loader.h"

/** Finds out what a commit will do to each entry; false, with the reason, if
    one does not begin as it should. */
bool dsu_entries_prepare(struct dsu_patch *patch, bool apply,
                         struct dsu_error *error);

/** In the commit: changes all entries or none.  Comes before the slots, after
    it nothing fails any more; a call meanwhile would go round in circles. */
bool dsu_entries_change(const struct dsu_patch *patch, bool redirect);

#endif /* DSU_RT_ENTRIES_H */
