//===- TypeChanges.h - struct layouts, enums, signatures --------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A patch that changes only code is safe only if old and new code agree on the
// layout of everything in memory.  All struct, union and enum types that the
// debug information of either program knows are compared by name; a type of
// one name may be several (each file may define its own), so the definition's
// file belongs to the key, and if even that is not enough, all definitions of a
// key must find an equal one on the other side.
//
// Any changed layout is refused, whether or not objects of the type exist at
// the time of the update: that cannot be known here.  Types that only one
// version has are no concern: nothing in memory has them, or nothing new reads
// them.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_TYPECHANGES_H
#define DSU_TOOLS_DIFF_TYPECHANGES_H

#include "Findings.h"

#include "llvm/IR/Module.h"

#include <set>
#include <string>

namespace dsu {

/// Compares all types of the two programs.  \p Accepted lists types (by name,
/// with or without tag) whose changes the user vouches for.
void compareTypes(const llvm::Module &Old, const llvm::Module &New,
                  const std::set<std::string> &Accepted, Findings &Into);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_TYPECHANGES_H
