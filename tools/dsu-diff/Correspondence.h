//===- Correspondence.h - what in v2 is what in v1 --------------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pairs the functions and globals of two versions of a program:
//
//  * functions, mutable globals and everything with an address that means
//    something: by identity (DSU_MD_ID; without one, external names as they
//    are and internal ones with their source file in front);
//  * private unnamed constants: by content, recursively;
//  * named constants: by identity, and only while their content is equal too.
//    Contents may refer to each other in cycles, so all are taken to be equal
//    first and those whose content differs drop out until nothing changes;
//  * what codegen can see of a global from outside (thread-local model,
//    weakness, attributes of functions that are called directly) must agree.
//
// Both sides may consist of several modules (the units before the link): then
// the first definition of an identity stands for all its declarations.
//
// `rewrite` makes the pairing real: all uses of a global are replaced by its
// representative, in every module.  The modules are only good for comparing
// function bodies afterwards.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_CORRESPONDENCE_H
#define DSU_TOOLS_DIFF_CORRESPONDENCE_H

#include "Equality.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/Module.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace dsu {

/// The name under which \p GV is known across versions; empty for an
/// anonymous constant and for LLVM's own variables.
std::string identityKey(const llvm::GlobalValue &GV);

class Correspondence {
public:
  using ModuleList = llvm::ArrayRef<llvm::Module *>;

  /// How much has to agree: the source comparison asks what a name means, the
  /// comparison of optimized code also what codegen sees of it.
  enum class Strictness { Source, Code };

  Correspondence(ModuleList Old, ModuleList New, Strictness How);

  const Equality &equality() const { return Eq; }

  /// The definition (else a declaration) of \p Key in a version, or null.
  llvm::GlobalValue *findOld(llvm::StringRef Key) const;
  llvm::GlobalValue *findNew(llvm::StringRef Key) const;

  /// All keys of a version in the order of its modules.
  const std::vector<std::string> &oldKeys() const { return OldOrder; }
  const std::vector<std::string> &newKeys() const { return NewOrder; }

  /// Whether the two globals of identity \p Key were found to be the same
  /// thing, so that v2's code can use v1's.
  bool corresponds(llvm::StringRef Key) const;

  /// Replaces all uses of globals by their representatives, but those of each
  /// function in its own body (direct recursion) and block addresses.
  void rewrite();

private:
  using Table = llvm::StringMap<llvm::GlobalValue *>;

  void collect(ModuleList Modules, Table &Into,
               std::vector<std::string> &Order);
  void unitePairs();
  void internAnonymous(ModuleList Modules);
  void dropUnequalConstants();
  bool seemsSame(const llvm::GlobalValue &Old,
                 const llvm::GlobalValue &New) const;

  Strictness How;
  Equality Eq;
  std::vector<llvm::Module *> OldModules, NewModules;
  Table OldTable, NewTable;
  std::vector<std::string> OldOrder, NewOrder;
  std::unordered_multimap<size_t, llvm::GlobalVariable *> Interned;
};

} // namespace dsu

#endif // DSU_TOOLS_DIFF_CORRESPONDENCE_H
