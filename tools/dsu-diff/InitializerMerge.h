//===- InitializerMerge.h - tables take the new content ---------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A mutable variable whose initializer changed may be state, which has to keep
// its value, or a table, which has to take the new content; often it is both
// (design §5).  So the change is taken apart into elements: numbers, pointers
// and texts.  An element that still has the old version's initial value when
// the patch is applied takes the new one, one that the program has changed is
// kept.  The elements of one struct object (the innermost; of an array each
// for itself) belong together, a pointer and its length, say: if the program
// has changed any of them, also one whose initial value is the same in both
// versions, all are kept.
//
//   arrays of characters     one element: half a text is none
//   pointers to literals     compared by text, since literals have no identity
//   other pointers           compared as what they point to
//   everything else          by bytes
//
// What cannot be expressed so (a pointer to an unnamed object that is no text,
// initial values of thread-locals, which every thread has copies of) needs a
// decision and names the element.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_INITIALIZERMERGE_H
#define DSU_TOOLS_DIFF_INITIALIZERMERGE_H

#include "Correspondence.h"
#include "Findings.h"
#include "PatchModule.h"

#include <set>
#include <string>
#include <vector>

namespace dsu {

/// Compares the initializers of all mutable variables that correspond.
/// \p Kept lists variables (identities) that keep their value whatever the new
/// initializer says.
std::vector<ElementEdit> mergeInitializers(const Correspondence &Pairs,
                                           const std::set<std::string> &Kept,
                                           Findings &Into);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_INITIALIZERMERGE_H
