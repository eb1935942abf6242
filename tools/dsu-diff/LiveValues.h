//===- LiveValues.h - which values of two frames are the same ---*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A frame that stays brings along the values that it computed before its call.
// The same code over them is the same only if they are what the new version
// would have there: `return a - b` and `return b - a` differ in nothing else.
// Two values are the same if they are
//
//   arguments       of one position
//   named           the same variables of the function at the call, all of them
//                   (debug information, FrameVariables.h)
//   otherwise       not of different variables, and computed alike from the
//   same values; and where that alone
//                   does not say it (calls, loads, local variables, phis), the
//                   n-th of their kind in both functions
//
// Everything else is not the same.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_LIVEVALUES_H
#define DSU_TOOLS_DIFF_LIVEVALUES_H

#include "BodyComparison.h"
#include "FrameVariables.h"

#include <map>

namespace dsu {

class LiveValues {
public:
  LiveValues(const BodyComparison &Bodies, const llvm::Function &Old,
             const llvm::Function &New);

  /// From now on values are compared as they are at these calls.
  void moveTo(const llvm::CallBase &CallOld, const llvm::CallBase &CallNew);

  bool same(const llvm::Value *ValueOld, const llvm::Value *ValueNew);

private:
  bool computedAlike(const llvm::Instruction &DefOld,
                     const llvm::Instruction &DefNew);
  unsigned ordinal(const llvm::Instruction &I) const;

  const BodyComparison &Bodies;
  const llvm::Function &Old, &New;
  FrameVariables VariablesOld, VariablesNew;
  FrameVariables::NameTable NamesOld, NamesNew;
  std::map<std::pair<const llvm::Value *, const llvm::Value *>, bool> Known;
  unsigned Depth = 0; ///< of `same` in itself
};

} // namespace dsu

#endif // DSU_TOOLS_DIFF_LIVEVALUES_H
