//===- OpaqueCalls.cpp - lifelong frames know nothing of callees ----------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See OpaqueCalls.h.
//
//===----------------------------------------------------------------------===//

#include "OpaqueCalls.h"

#include "Selection.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/GlobalAlias.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

namespace dsu {

/// Names of the variables; the link may add a number.
static constexpr char Prefix[] = "__dsu_opaque.";

static bool holdsCallee(const GlobalVariable &GV) {
  return GV.hasLocalLinkage() && GV.getName().starts_with(Prefix) &&
         GV.hasInitializer();
}

/// Can an update replace what this call calls?  Of a function that is only
/// declared here everything is possible, unless the C library has it.
static bool mayCallUpdatable(const CallBase &Call,
                             const TargetLibraryInfo &Library) {
  // Code generation has to know calls that return twice.
  if (Call.isInlineAsm() || Call.hasFnAttr(Attribute::ReturnsTwice) ||
      Call.hasFnAttr(Attribute::AlwaysInline))
    return false;
  const Value *Callee = Call.getCalledOperand();
  if (isa<GlobalAlias>(Callee))
    return true;
  const auto *F = dyn_cast<Function>(Callee);
  if (!F || F->isIntrinsic())
    return false;
  StringRef Name = GlobalValue::dropLLVMManglingEscape(F->getName());
  if (Name.starts_with("__dsu_"))
    return false;
  if (!F->isDeclarationForLinker())
    return isUpdatable(*F);
  LibFunc Known;
  return !Library.getLibFunc(*F, Known) || !Library.has(Known);
}

/// The unit's variable for this callee.
static GlobalVariable *holderOf(GlobalValue &Callee) {
  Module &M = *Callee.getParent();
  std::string Name =
      (Prefix + GlobalValue::dropLLVMManglingEscape(Callee.getName())).str();
  if (GlobalVariable *Known = M.getNamedGlobal(Name);
      Known && Known->getInitializer() == &Callee)
    return Known;
  auto *GV = new GlobalVariable(M, Callee.getType(), /*isConstant=*/false,
                                GlobalValue::InternalLinkage, &Callee, Name);
  GV->setAlignment(M.getDataLayout().getPointerABIAlignment(0));
  // What AddressSanitizer makes of it would not be a callee.
  GlobalValue::SanitizerMetadata Plain;
  Plain.NoAddress = true;
  GV->setSanitizerMetadata(Plain);
  return GV;
}

bool hideCallees(Function &F) {
  TargetLibraryInfoImpl Functions(Triple(F.getParent()->getTargetTriple()));
  TargetLibraryInfo Library(Functions, &F);
  bool Changed = false;
  for (BasicBlock &BB : F)
    for (Instruction &I : BB) {
      auto *Call = dyn_cast<CallBase>(&I);
      if (!Call || !mayCallUpdatable(*Call, Library))
        continue;
      auto &Callee = cast<GlobalValue>(*Call->getCalledOperand());
      IRBuilder<> Builder(Call);
      LoadInst *Load = Builder.CreateAlignedLoad(
          Callee.getType(), holderOf(Callee),
          F.getParent()->getDataLayout().getPointerABIAlignment(0),
          /*isVolatile=*/true, "dsu.opaque");
      Load->setNoSanitizeMetadata(); // nothing else may use the holder
      Call->setCalledOperand(Load);
      Call->addFnAttr(Attribute::NoMerge);
      Changed = true;
    }
  return Changed;
}

/// Loads become the callee.  What else uses the variable keeps it.
static void restore(GlobalVariable &GV) {
  SmallSetVector<PHINode *, 4> Phis;
  for (User *U : make_early_inc_range(GV.users()))
    if (auto *Load = dyn_cast<LoadInst>(U)) {
      for (User *UserOfLoad : Load->users())
        if (auto *Phi = dyn_cast<PHINode>(UserOfLoad))
          Phis.insert(Phi);
      Load->replaceAllUsesWith(GV.getInitializer());
      Load->eraseFromParent();
    }
  // Loads in several predecessors.
  for (PHINode *Phi : Phis)
    if (Value *Only = Phi->hasConstantValue()) {
      Phi->replaceAllUsesWith(Only);
      Phi->eraseFromParent();
    }
  GV.removeDeadConstantUsers();
  if (GV.use_empty())
    GV.eraseFromParent();
  else
    GV.setConstant(true);
}

bool restoreCallees(Module &M) {
  bool Changed = false;
  for (GlobalVariable &GV : make_early_inc_range(M.globals()))
    if (holdsCallee(GV)) {
      restore(GV);
      Changed = true;
    }
  return Changed;
}

PreservedAnalyses RestoreCalleesPass::run(Module &M, ModuleAnalysisManager &) {
  return restoreCallees(M) ? PreservedAnalyses::none()
                           : PreservedAnalyses::all();
}

} // namespace dsu
