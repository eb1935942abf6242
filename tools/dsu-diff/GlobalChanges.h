//===- GlobalChanges.h - variables, constants, constructors -----*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything about globals but function bodies and initial values:
//
//   mutable in both     same type, size, thread-locality; alignment not above
//                       what the object in memory has; else refused
//   constant in both    content differs: the new content is a new object of
//                       the patch, used by the functions that differ with it
//   mutable <-> const   refused: the optimizer relied on it in one version
//   only new            comes along with the patch
//   only old            stays where it is, unused
//   defined <-> extern  refused
//
// Constructors of the new version do not run in a process that has started long
// ago, so new and changed ones need a decision.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_GLOBALCHANGES_H
#define DSU_TOOLS_DIFF_GLOBALCHANGES_H

#include "Findings.h"

#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Module.h"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace dsu {

/// A function's or variable's row in the report.
struct GlobalChange {
  std::string Name, What, Place;
};

/// The list of a module's constructors (or destructors): functions' identities
/// with their priorities, in order.
std::vector<std::pair<std::string, uint64_t>> structorsOf(const llvm::Module &M,
                                                          llvm::StringRef List);

class GlobalChanges {
public:
  /// Variables by their identities.
  using VariableMap = std::map<std::string, const llvm::GlobalVariable *>;

  /// Compares freshly read modules.  \p Fresh lists variables (identities) of
  /// which the user says that they start with their initial values.
  GlobalChanges(const llvm::Module &Old, const llvm::Module &New,
                const std::set<std::string> &Fresh, Findings &Into);

  /// Variables and constants without counterpart in the old program.
  const std::set<std::string> &added() const { return Added; }
  const std::vector<GlobalChange> &changes() const { return Changes; }
  void note(GlobalChange Change) { Changes.push_back(std::move(Change)); }

private:
  void comparePair(const std::string &Key, const llvm::GlobalVariable &Old,
                   const llvm::GlobalVariable &New);
  const llvm::DIType *findOtherType(const llvm::DIType *Old,
                                    const llvm::DIType *New) const;
  void compareGone(const std::string &Key, const llvm::GlobalVariable &New,
                   const VariableMap &Gone, bool Accepted);
  void tellElsewhere();
  void refuse(const std::string &Key, const llvm::GlobalVariable &New,
              std::string Code, std::string Text, std::string Remedy);

  Findings &Into;
  /// New variables that would correspond to ones that are gone if only the
  /// file had the same directory: decisions, not in Into yet.
  std::vector<Finding> Elsewhere;
  std::string ElsewhereOld; ///< the old name of the first one's file
  std::set<std::string> Added;
  std::vector<GlobalChange> Changes;
};

} // namespace dsu

#endif // DSU_TOOLS_DIFF_GLOBALCHANGES_H
