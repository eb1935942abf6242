/*===- mutant.h - safety checks taken out, for tests --------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A test that finds no unsafe update proves something only if it would have
// found one.  Each safety check asks here whether it is to be left out.  In the
// library that programs link the answer is the constant 0; compiled with
// DSU_MUTANTS it is yes for the name that the environment variable DSU_MUTANT
// holds:
//
//   no_activeness      a blocked function's frame forbids nothing
//   no_held_address    addresses in registers and in the frame are overlooked
//   no_complete_trace  a trace that ends too early counts as complete
//   no_between         callers of functions that change together forbid nothing
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_MUTANT_H
#define DSU_RT_MUTANT_H

#ifdef DSU_MUTANTS
#include <stdlib.h>
#include <string.h>
static inline int dsu_mutant(const char *name) {
  const char *wanted = getenv("DSU_MUTANT");
  return wanted && strcmp(wanted, name) == 0;
}
#define DSU_MUTANT(NAME) dsu_mutant(#NAME)
#else
#define DSU_MUTANT(NAME) 0
#endif

#endif /* DSU_RT_MUTANT_H */
