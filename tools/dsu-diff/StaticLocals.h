//===- StaticLocals.h - pair static locals of one name ----------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two static locals `n` of one function f are called f.n and f.n.1, numbered in
// the order of the source.  A third one in front shifts the numbers, and state
// would be handed to the wrong variable.  So identities of static locals that
// share a function and a name are not believed; the variables are paired by
// what debug information knows of them:
//
//   one in each version                   the same variable
//   else, each by type, initial value     unique on both sides: the same
//   and depth of its block
//   else, as many in both, and each at    the same: the part of the function
//   its old place in the function, and    that declares them did not change
//   used in the same way
//   else                                  ambiguous: a decision
//
// The new version then takes over the identities of the old one; what is new
// gets an identity that nobody has.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_STATICLOCALS_H
#define DSU_TOOLS_DIFF_STATICLOCALS_H

#include "Findings.h"

#include "llvm/IR/Module.h"

#include <map>
#include <string>

namespace dsu {

class StaticLocals {
public:
  /// Compares the two whole programs.  \p ByOrder: the user says that the order
  /// in the source decides where nothing else does.
  StaticLocals(const llvm::Module &Old, const llvm::Module &New, bool ByOrder,
               Findings &Into);

  /// New identities of the new version's variables, by their present ones.
  bool empty() const { return Renamed.empty(); }

  /// Gives the variables of \p M (the new program or one of its units) their
  /// identities; true if any changed.
  bool apply(llvm::Module &M) const;

private:
  std::map<std::string, std::string> Renamed;
};

} // namespace dsu

#endif // DSU_TOOLS_DIFF_STATICLOCALS_H
