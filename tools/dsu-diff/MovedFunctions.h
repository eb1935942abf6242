//===- MovedFunctions.h - functions that use another file's -----*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An internal variable is known by its file and name.  When a/x.c and b/x.c
// change places, each file's functions find the other's variables under the
// names of their own, and go on with the other's values.  An external function
// is known by its name alone, so it shows that: it uses an internal variable,
// and of that name in another file before, which both existed before.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_MOVEDFUNCTIONS_H
#define DSU_TOOLS_DIFF_MOVEDFUNCTIONS_H

#include "Correspondence.h"
#include "Findings.h"

#include <set>
#include <string>

namespace dsu {

/// Adds a decision for each variable that takes the place of another file's in
/// an external function, or in internal ones that it calls.  \p Old and \p New
/// are unoptimized units; \p Kept lists variables of which the user says that
/// they are meant.
void compareMovedFunctions(Correspondence::ModuleList Old,
                           Correspondence::ModuleList New,
                           const std::set<std::string> &Kept, Findings &Into);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_MOVEDFUNCTIONS_H
