//===- RemainingCode.h - what a frame may still run -------------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A frame of a replaced function need not block an update if everything that
// can be reached from its return address is the same in both versions
// (design §6): then the old frame does what a new one would do.
//
// "The same" is a bisimulation from the two return points: instructions agree
// pairwise, successors pairwise, and a value that was computed before the call
// must always stand opposite the same value of the other version, of the same
// type, and be what the new version would have there (LiveValues), and local
// variables whose address others have are of the same kind.  Loops are
// covered as code that was visited before must have been visited opposite
// the same code.
//
// Two things that differ between versions without being a difference are looked
// through. Blocks that are only split (an unconditional branch) are one. And a
// phi whose incoming edges, as far as they can be reached from the return
// point, all bring the same value is that value: v2's "return early" before the
// call makes such phis of v1's constants. That holds only where the phi cannot
// have got a value before the call, that is, where its block does not dominate
// the call.
//
// The opposite of a call is not known beforehand; any call of the new body that
// passes is one.  A function that calls a returns-twice function is left to
// judgement as a whole.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_REMAININGCODE_H
#define DSU_TOOLS_DIFF_REMAININGCODE_H

#include "BodyComparison.h"

#include "llvm/IR/InstrTypes.h"

#include <optional>
#include <vector>

namespace dsu {

/// For each call site of \p Old (as numbered by callSites) at which a frame
/// that will return there may stay: a call site of \p New after which the code
/// is the same.  Both functions as prepared by FunctionChanges.
std::vector<std::optional<unsigned>>
findStayingCalls(llvm::Function &Old, llvm::Function &New,
                 const BodyComparison &Bodies);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_REMAININGCODE_H
