//===- TypeChanges.h - struct layouts, enums, signatures --------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A patch that changes only code is safe only if old and new code agree on the
// layout of everything in memory.  All struct, union and enum types that the
// debug information of either program knows are compared by name, file and, if
// they are local ones, function.  A type of one such key may still be several
// (a header that depends on macros), so the units that changed are compared one
// by one as well.  Enumerators of unnamed enums are compared by their own
// names; since such enums often are but constants, a change needs a decision
// only.
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

#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/Module.h"

#include <set>
#include <string>

namespace dsu {

/// Compares all types of the two programs.  \p Accepted lists types (by name,
/// with or without tag) whose changes the user vouches for.
void compareTypes(const llvm::Module &Old, const llvm::Module &New,
                  const std::set<std::string> &Accepted, Findings &Into);

/// The same, unit by unit: for types of one name that are several.  The units
/// of the new program have the old one's identities.
void compareTypesByUnit(llvm::ArrayRef<llvm::Module *> Old,
                        llvm::ArrayRef<llvm::Module *> New,
                        const std::set<std::string> &Accepted, Findings &Into);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_TYPECHANGES_H
