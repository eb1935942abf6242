//===- CallSites.cpp - each call is named by the line table ---------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CallSites.h.
//
//===----------------------------------------------------------------------===//

#include "CallSites.h"

#include "Selection.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace dsu {

std::vector<CallBase *> callSites(Function &F) {
  std::vector<CallBase *> Result;
  for (BasicBlock &BB : F)
    for (Instruction &I : BB)
      if (auto *Call = dyn_cast<CallBase>(&I))
        if (!Call->isDebugOrPseudoInst())
          Result.push_back(Call);
  return Result;
}

/// The location of \p Call with this discriminator, in place of any other.
static DILocation *siteLocation(const CallBase &Call, DISubprogram &SP,
                                unsigned Discriminator) {
  LLVMContext &Ctx = Call.getContext();
  const DILocation *Old = Call.getDebugLoc();
  DILocalScope *Scope = Old ? Old->getScope() : &SP;
  while (auto *File = dyn_cast<DILexicalBlockFile>(Scope)) {
    // One that names another file (#include within a function) stays.
    if (File->getFile() != File->getScope()->getFile())
      break;
    Scope = File->getScope();
  }
  unsigned Line = Old ? Old->getLine() : 0;
  if (Line == 0)
    Line = std::max(1u, Scope->getSubprogram()->getLine());
  auto *Site =
      DILexicalBlockFile::get(Ctx, Scope, Scope->getFile(), Discriminator);
  return DILocation::get(Ctx, Line, Old ? Old->getColumn() : 0, Site,
                         Old ? Old->getInlinedAt() : nullptr);
}

bool numberCallSites(Function &F) {
  DISubprogram *SP = F.getSubprogram();
  if (!SP || SP->getUnit()->getEmissionKind() == DICompileUnit::NoDebug)
    return false;
  unsigned Number = 0;
  for (CallBase *Call : callSites(F)) {
    Call->setDebugLoc(siteLocation(*Call, *SP, ++Number));
    // Equal tails would be merged, calls through different slots even (they
    // look alike once the slot is loaded), and so lose their number.
    Call->addFnAttr(Attribute::NoMerge);
  }
  return true;
}

bool callsSetjmp(const Function &F) {
  return F.callsFunctionThatReturnsTwice() ||
         any_of(instructions(F), [](const Instruction &I) {
           const auto *Call = dyn_cast<IntrinsicInst>(&I);
           return Call && Call->getIntrinsicID() == Intrinsic::eh_sjlj_setjmp;
         });
}

PreservedAnalyses CallSitesPass::run(Module &M, ModuleAnalysisManager &) {
  for (Function &F : M)
    if (isUpdatable(F))
      numberCallSites(F);
  return PreservedAnalyses::all(); // locations only
}

} // namespace dsu
