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
// type.  What that value is does not matter: the frame has it already.  Loops
// are covered as code that was visited before must have been visited opposite
// the same code.
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

#include <vector>

namespace dsu {

/// For each call site of \p Old (as numbered by callSites) whether a frame that
/// will return there may stay.  Both functions as prepared by FunctionChanges.
std::vector<bool> findStayingCalls(llvm::Function &Old, llvm::Function &New,
                                   const BodyComparison &Bodies);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_REMAININGCODE_H
