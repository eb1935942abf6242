//===- BitIntWidths.h - _BitInt(N) of another N -----------------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// clang 19's debug information calls every _BitInt(N) of one size the same, so
// a variable or field that changes its N looks as if it had not.  But code that
// uses it has integers of N bits.  As the front end makes them only for _BitInt
// and for bit-fields, this is looked at only in programs with a _BitInt.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_BITINTWIDTHS_H
#define DSU_TOOLS_DIFF_BITINTWIDTHS_H

#include "Findings.h"
#include "FunctionChanges.h"

#include <set>
#include <string>

namespace dsu {

/// Adds a decision for the changed functions of \p Source (unoptimized code) if
/// one works with integers of other widths than before; \p Accepted lists types
/// of which the user says that no object outlives the update.
void compareBitIntWidths(const FunctionChanges &Source,
                         const std::set<std::string> &Accepted, Findings &Into);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_BITINTWIDTHS_H
