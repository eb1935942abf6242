/*===- judge.h - may this stack stay as it is? -------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_JUDGE_H
#define DSU_RT_JUDGE_H

#include "stop.h"
#include "unwind.h"

/** Judges one thread's whole stack against a plan (design §6).  Fills the
    outcome's pc, function and frame for a refusal.  Runs while threads are
    held.  DSU_OK, DSU_E_ACTIVE, DSU_E_NOT_AT_REST or DSU_E_STACK. */
enum dsu_reason dsu_judge_stack(const struct dsu_plan *plan,
                                const struct dsu_context *start,
                                struct dsu_outcome *outcome);

#endif /* DSU_RT_JUDGE_H */
