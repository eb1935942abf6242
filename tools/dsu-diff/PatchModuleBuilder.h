//===- PatchModuleBuilder.h - the steps of making a patch -------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See PatchModule.h.  PatchModule.cpp cuts the new program down to what the
// patch brings, PatchImports.cpp redirects the rest to the running program and
// writes the tables.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_PATCHMODULEBUILDER_H
#define DSU_TOOLS_DIFF_PATCHMODULEBUILDER_H

#include "PatchModule.h"

#include "ImageMetadata.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/IR/Module.h"

#include <map>

namespace dsu {

/// What has to be known of a function before the module is taken apart.
struct FunctionFacts {
  std::string Key;
  bool Updatable = false;
  bool Preemptible = false; ///< found by its symbol, never by its slot
  bool Stable = false;      ///< the new version needs a stable address
  uint64_t Hash = 0;
  uint32_t Flags = 0;
  unsigned Line = 0;
};

class PatchModuleBuilder {
public:
  PatchModuleBuilder(llvm::Module &M, const PatchContents &Contents)
      : M(M), Ctx(M.getContext()), Contents(Contents), Builder(M) {}

  llvm::Error run();

private:
  void gatherFacts();
  void makeEditCells();
  void resolveAliases();
  void dropGlobalState();
  void dropBodies();
  void prune();
  void internalize();
  void redirectCalls();
  void redirectAddresses();
  void importData();
  void importExternals();
  void emitTables();

  bool isKept(const FunctionFacts &F) const {
    return Contents.Replaced.count(F.Key) || Contents.Added.count(F.Key);
  }
  bool isKept(const llvm::GlobalVariable &GV) const;
  llvm::Function *importFunction(const llvm::Twine &Prefix,
                                 llvm::StringRef Key);
  llvm::GlobalVariable *importVariable(const llvm::Twine &Prefix,
                                       llvm::StringRef Key,
                                       const llvm::GlobalVariable *Like);
  llvm::Constant *slotOf(llvm::Function &F);
  llvm::Constant *oldValueOf(const ElementEdit &Edit);

  struct EditCells {
    const ElementEdit *Edit;
    llvm::GlobalVariable *Target;    ///< the variable, until it is imported
    llvm::GlobalVariable *Old, *New; ///< no New if the element is kept
  };

  llvm::Module &M;
  llvm::LLVMContext &Ctx;
  const PatchContents &Contents;
  ImageBuilder Builder;
  llvm::MapVector<llvm::Function *, FunctionFacts> Facts;
  llvm::DenseMap<llvm::GlobalValue *, std::string> Keys;
  std::vector<EditCells> Cells;
  std::vector<llvm::Function *> Slotted;
  llvm::DenseMap<llvm::Function *, unsigned> SlotIndex;
  llvm::GlobalVariable *Slots = nullptr;
  std::map<std::string, llvm::Constant *> Wrappers; ///< by identity
};

} // namespace dsu

#endif // DSU_TOOLS_DIFF_PATCHMODULEBUILDER_H
