//===- FrameVariables.h - what a frame's values mean at a call --*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Debug information says which variable of the source a value is, from one
// record of that variable to the next.  A value may be several variables at
// once (`count = n`), and no longer be one of them when a call is made (`n =
// bytes(n)`).  So the records that are current at the call count: forward data
// flow over the function, where a variable that comes with two values into a
// block has none, until a record in the block gives it one.
//
// A variable that lives in memory is its address, everywhere.  Variables of
// inlined functions have no names here: there can be several of one name.
// Neither have variables whose scope the call is not in: what the frame still
// runs cannot mean them.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_FRAMEVARIABLES_H
#define DSU_TOOLS_DIFF_FRAMEVARIABLES_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/InstrTypes.h"

#include <map>
#include <set>
#include <string>

namespace dsu {

class FrameVariables {
public:
  /// Name, type and depth of variables.
  using Names = std::set<std::string>;
  using NameTable = llvm::DenseMap<const llvm::Value *, Names>;

  explicit FrameVariables(const llvm::Function &F);

  /// The variables that each value is, or that live at the address that it is,
  /// when \p Call is made.
  NameTable at(const llvm::CallBase &Call) const;

private:
  /// The value of each variable; null: not known.
  using State = std::map<const llvm::DILocalVariable *, const llvm::Value *>;

  void readRecords(const llvm::Instruction &I, State &Into) const;
  State atEntry(const llvm::BasicBlock &BB) const;
  void solve(const llvm::Function &F);

  llvm::DenseMap<const llvm::BasicBlock *, State> Exits;
  std::map<const llvm::Value *, std::set<const llvm::DILocalVariable *>>
      Homes; ///< addresses of variables in memory
};

} // namespace dsu

#endif // DSU_TOOLS_DIFF_FRAMEVARIABLES_H
