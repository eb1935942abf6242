//===- PatchModule.cpp - cut a patch out of the new program ---------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See PatchModule.h and PatchModuleBuilder.h.
//
//===----------------------------------------------------------------------===//

#include "PatchModuleBuilder.h"

#include "CallSites.h"
#include "Correspondence.h"
#include "Equality.h"
#include "FunctionFlags.h"
#include "FunctionHash.h"
#include "FunctionIndirection.h"
#include "ImageMetadata.h"
#include "Selection.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/IPO/StripDeadPrototypes.h"
#include "llvm/Transforms/IPO/StripSymbols.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace dsu {

bool PatchModuleBuilder::isKept(const GlobalVariable &GV) const {
  return isAnonymousConstant(GV) ||
         Contents.OwnData.count(Keys.lookup(const_cast<GlobalVariable *>(&GV)));
}

//===----------------------------------------------------------------------===//
// Taking the module apart
//===----------------------------------------------------------------------===//

void PatchModuleBuilder::gatherFacts() {
  for (GlobalVariable &GV : M.globals())
    Keys[&GV] = identityKey(GV);
  for (GlobalAlias &A : M.aliases())
    Keys[&A] = identityKey(A);
  for (GlobalIFunc &I : M.ifuncs())
    Keys[&I] = identityKey(I);
  const FunctionFlags Flags(M);
  for (Function &F : M) {
    if (F.isIntrinsic())
      continue;
    FunctionFacts &Fact = Facts[&F];
    Fact.Key = Keys[&F] = identityKey(F);
    Fact.Updatable = isUpdatable(F);
    Fact.Preemptible = isPreemptible(F) || F.isInterposable();
    if (!Fact.Updatable)
      continue;
    Fact.Stable = needsStableWrapper(F);
    Fact.Line = definitionLine(F);
    if (!isKept(Fact))
      continue;
    Fact.Hash = functionHash(F);
    Fact.Flags = Flags.of(F);
  }
}

/// The part of \p C that \p Path leads to.
static Constant *elementAt(Constant *C, ArrayRef<unsigned> Path) {
  for (unsigned Index : Path)
    C = C->getAggregateElement(Index);
  return C;
}

/// New values are taken out of initializers before those are dropped; the
/// references in them are then redirected like all others.
void PatchModuleBuilder::makeEditCells() {
  StringMap<GlobalVariable *> ByKey;
  for (GlobalVariable &GV : M.globals())
    ByKey[Keys[&GV]] = &GV;
  for (const ElementEdit &Edit : Contents.Edits) {
    GlobalVariable *Var = ByKey.lookup(Edit.Variable);
    assert(Var && Var->hasInitializer() && "edit of an unknown variable");
    if (Edit.Kept) {
      Cells.push_back({&Edit, Var, nullptr, nullptr});
      continue;
    }
    Constant *Value = elementAt(Var->getInitializer(), Edit.Path);
    auto *New =
        new GlobalVariable(M, Value->getType(), /*isConstant=*/true,
                           GlobalValue::PrivateLinkage, Value, "dsu.edit.new");
    New->setAlignment(M.getDataLayout().getPrefTypeAlign(Value->getType()));
    Cells.push_back({&Edit, Var, nullptr, New});
  }
}

/// Aliases that nobody can preempt are what they point to.  The others are
/// reached by their name.
void PatchModuleBuilder::resolveAliases() {
  for (GlobalAlias &A : make_early_inc_range(M.aliases())) {
    if (isPreemptible(A)) {
      std::string Key = Keys[&A];
      A.replaceAllUsesWith(
          isa<Function>(A.getAliaseeObject())
              ? static_cast<Constant *>(
                    importFunction(abi::DSU_IMPORT_EXT, Key))
              : importVariable(abi::DSU_IMPORT_EXT, Key, nullptr));
    } else {
      A.replaceAllUsesWith(A.getAliasee());
    }
    Keys.erase(&A);
    A.eraseFromParent();
  }
  for (GlobalIFunc &I : make_early_inc_range(M.ifuncs())) {
    I.replaceAllUsesWith(importFunction(abi::DSU_IMPORT_EXT, Keys[&I]));
    Keys.erase(&I);
    I.eraseFromParent();
  }
}

/// Constructors, destructors, lists of used globals, module assembly: of the
/// whole program, and run or linked there already.
void PatchModuleBuilder::dropGlobalState() {
  for (const char *Name : {"llvm.used", "llvm.compiler.used",
                           "llvm.global_ctors", "llvm.global_dtors"})
    if (GlobalVariable *GV = M.getNamedGlobal(Name)) {
      Keys.erase(GV);
      GV->eraseFromParent();
    }
  M.setModuleInlineAsm("");
  // A patch is a shared library whatever the program is.
  SmallVector<Module::ModuleFlagEntry, 16> Flags;
  M.getModuleFlagsMetadata(Flags);
  if (NamedMDNode *List = M.getModuleFlagsMetadata())
    List->eraseFromParent();
  for (const Module::ModuleFlagEntry &Flag : Flags)
    if (Flag.Key->getString() != "PIE Level" &&
        Flag.Key->getString() != "PIC Level")
      M.addModuleFlag(Flag.Behavior, Flag.Key->getString(), Flag.Val);
  M.setPICLevel(PICLevel::BigPIC);
  for (const char *Name : {abi::DSU_MD_PROGRAM, "dsu.carried"})
    if (NamedMDNode *List = M.getNamedMetadata(Name))
      List->eraseFromParent();
}

/// What stays in the running program becomes a declaration.
void PatchModuleBuilder::dropBodies() {
  for (auto &[F, Fact] : Facts) {
    if (F->isDeclaration() || isKept(Fact))
      continue;
    // New ones that cannot be updated come along without a slot, and so do
    // those that an optimizer made and that nobody could find by name.
    const RunningEntity *Entity = Contents.Running->find(Fact.Key);
    const bool Nameless =
        F->hasLocalLinkage() && !F->hasMetadata(abi::DSU_MD_ID);
    if (!Fact.Updatable && !F->hasAvailableExternallyLinkage() &&
        (Nameless || !Entity || !Entity->Defined)) {
      if (!Nameless)
        Builder.addExternal(Fact.Key, *F);
      continue;
    }
    F->deleteBody();
    F->setComdat(nullptr);
    // Until its uses have been redirected; so that calls are indirected.
    F->setDSOLocal(!Fact.Preemptible);
  }
  for (GlobalVariable &GV : M.globals()) {
    if (GV.isDeclaration() || isKept(GV) ||
        GV.getName().starts_with("dsu.edit."))
      continue;
    GV.setInitializer(nullptr);
    GV.setLinkage(GlobalValue::ExternalLinkage);
    GV.setComdat(nullptr);
    GV.setSection("");
    GV.setDSOLocal(false);
    GV.clearMetadata();
  }
}

/// Leaves what the patch reaches, debug information included.
void PatchModuleBuilder::prune() {
  SmallVector<GlobalValue *, 32> Roots;
  for (auto &[F, Fact] : Facts)
    if (isKept(Fact) || (Fact.Updatable && Fact.Stable))
      Roots.push_back(F);
  for (GlobalVariable &GV : M.globals())
    if ((isKept(GV) && !isAnonymousConstant(GV)) ||
        GV.getName().starts_with("dsu.edit."))
      Roots.push_back(&GV);
  for (EditCells &Cell : Cells)
    Roots.push_back(Cell.Target);
  appendToCompilerUsed(M, Roots);

  std::set<GlobalValue *> Before;
  for (GlobalValue &GV : M.global_values())
    Before.insert(&GV);
  ModuleAnalysisManager MAM;
  FunctionAnalysisManager FAM;
  LoopAnalysisManager LAM;
  CGSCCAnalysisManager CGAM;
  PassBuilder PB;
  PB.registerModuleAnalyses(MAM);
  PB.registerCGSCCAnalyses(CGAM);
  PB.registerFunctionAnalyses(FAM);
  PB.registerLoopAnalyses(LAM);
  PB.crossRegisterProxies(LAM, FAM, CGAM, MAM);
  ModulePassManager MPM;
  MPM.addPass(GlobalDCEPass());
  MPM.addPass(StripDeadPrototypesPass());
  MPM.addPass(StripDeadDebugInfoPass());
  MPM.run(M, MAM);
  M.getNamedGlobal("llvm.compiler.used")->eraseFromParent();

  // Forget what is gone.
  for (GlobalValue &GV : M.global_values())
    Before.erase(&GV);
  Facts.remove_if([&](auto &Entry) { return Before.count(Entry.first); });
  for (GlobalValue *GV : Before)
    Keys.erase(GV);
}

void PatchModuleBuilder::internalize() {
  auto Hide = [](GlobalObject &GO) {
    GO.setComdat(nullptr);
    GO.setVisibility(GlobalValue::DefaultVisibility);
    GO.setDLLStorageClass(GlobalValue::DefaultStorageClass);
    if (!GO.hasPrivateLinkage())
      GO.setLinkage(GlobalValue::InternalLinkage);
    GO.setDSOLocal(true);
  };
  // Nobody binds to the names of functions, but backtrace_symbols shows them.
  auto HideBut = [&](Function &F) {
    const bool Named = F.hasExternalLinkage() && !F.hasHiddenVisibility();
    Hide(F);
    if (Named) {
      F.setLinkage(GlobalValue::ExternalLinkage);
      F.setVisibility(GlobalValue::ProtectedVisibility);
    }
  };
  for (Function &F : M)
    if (!F.isDeclaration())
      HideBut(F);
  // In the static block of thread-locals, further patches can reach them too.
  // The dynamic linker has little room there, so large ones stay dynamic.
  constexpr uint64_t StaticBytes = 256;
  uint64_t Bytes = 0;
  for (GlobalVariable &GV : M.globals())
    if (!GV.isDeclaration()) {
      Hide(GV);
      if (!GV.isThreadLocal())
        continue;
      Bytes += M.getDataLayout().getTypeAllocSize(GV.getValueType());
      GV.setThreadLocalMode(Bytes <= StaticBytes
                                ? GlobalVariable::InitialExecTLSModel
                                : GlobalVariable::GeneralDynamicTLSModel);
    }
}

Error PatchModuleBuilder::run() {
  gatherFacts();
  makeEditCells();
  resolveAliases();
  dropGlobalState();
  dropBodies();
  prune();
  internalize();
  redirectCalls();
  redirectAddresses();
  importData();
  importExternals();
  emitTables();

  std::string Message;
  raw_string_ostream OS(Message);
  if (verifyModule(M, &OS))
    return createStringError(inconvertibleErrorCode(),
                             "internal error: the patch is not valid IR: " +
                                 OS.str());
  return Error::success();
}

Error buildPatchModule(Module &M, const PatchContents &Contents) {
  return PatchModuleBuilder(M, Contents).run();
}

} // namespace dsu
