//===- FunctionChanges.cpp - which functions differ -----------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See FunctionChanges.h.
//
//===----------------------------------------------------------------------===//

#include "FunctionChanges.h"

#include "LLVMVersions.h"
#include "RuntimeABI.h"

#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Metadata.h"

using namespace llvm;

namespace dsu {

void prepareForComparison(Module &M) {
  useDebugRecords(M);
  const unsigned SrcLoc = M.getContext().getMDKindID("srcloc");
  for (Function &F : M) {
    F.setMetadata(LLVMContext::MD_prof, nullptr);
    for (Instruction &I : instructions(F)) {
      if (!I.hasMetadataOtherThanDebugLoc())
        continue;
      I.setMetadata(LLVMContext::MD_prof, nullptr);
      I.setMetadata(SrcLoc, nullptr);
      I.setMetadata(LLVMContext::MD_DIAssignID, nullptr);
    }
  }
}

static Function *asDefinedFunction(GlobalValue *GV) {
  auto *F = dyn_cast_or_null<Function>(GV);
  return F && !F->isDeclaration() && !F->hasAvailableExternallyLinkage()
             ? F
             : nullptr;
}

FunctionChanges::FunctionChanges(Correspondence::ModuleList Old,
                                 Correspondence::ModuleList New,
                                 Correspondence::Strictness How,
                                 const VersionStrings &Versions) {
  for (Module *M : Old)
    prepareForComparison(*M);
  for (Module *M : New)
    prepareForComparison(*M);
  Pairs = std::make_unique<Correspondence>(Old, New, How);
  Pairs->rewrite();

  BodyComparison Bodies(Pairs->equality(), Versions);
  for (const std::string &Key : Pairs->oldKeys()) {
    Function *FOld = asDefinedFunction(Pairs->findOld(Key));
    if (!FOld)
      continue;
    FunctionChange &Change = Changes[Key];
    Change.Old = FOld;
    Change.New = asDefinedFunction(Pairs->findNew(Key));
    if (!Change.New)
      Change.Status = FunctionChange::Removed;
    else if (!Bodies.equal(*FOld, *Change.New, Change.Ignored))
      Change.Status = FunctionChange::Changed;
    if (Change.Status != FunctionChange::Same)
      Change.Ignored.clear();
  }
  for (const std::string &Key : Pairs->newKeys())
    if (Function *F = asDefinedFunction(Pairs->findNew(Key)))
      if (!Pairs->findOld(Key) || !asDefinedFunction(Pairs->findOld(Key))) {
        FunctionChange &Change = Changes[Key];
        Change.Status = FunctionChange::Added;
        Change.New = F;
      }
  if (How == Correspondence::Strictness::Code)
    spreadFromUnidentified();
}

const FunctionChange *FunctionChanges::find(const std::string &Key) const {
  auto It = Changes.find(Key);
  return It == Changes.end() ? nullptr : &It->second;
}

/// Functions that an optimizer made have no identity and no slot: they are
/// called directly, so a change of theirs is one of every function that uses
/// them.
void FunctionChanges::spreadFromUnidentified() {
  SmallVector<FunctionChange *, 8> Work;
  for (auto &[Key, Change] : Changes)
    if (Change.Status == FunctionChange::Changed &&
        !Change.New->hasMetadata(abi::DSU_MD_ID) &&
        Change.New->hasLocalLinkage())
      Work.push_back(&Change);
  while (!Work.empty()) {
    FunctionChange *Source = Work.pop_back_val();
    // After rewriting, v2's uses are uses of v1's function.
    for (const User *U : Source->Old->users()) {
      const auto *I = dyn_cast<Instruction>(U);
      if (!I)
        continue;
      auto It = Changes.find(identityKey(*I->getFunction()));
      if (It == Changes.end() || It->second.Status != FunctionChange::Same)
        continue;
      It->second.Status = FunctionChange::Changed;
      It->second.Ignored.clear();
      if (!It->second.New->hasMetadata(abi::DSU_MD_ID) &&
          It->second.New->hasLocalLinkage())
        Work.push_back(&It->second);
    }
  }
}

} // namespace dsu
