//===- StatePinning.cpp - globals stay as they were written ---------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See StatePinning.h.
//
//===----------------------------------------------------------------------===//

#include "StatePinning.h"

#include "Identity.h"
#include "RuntimeABI.h"

#include "llvm/IR/DataLayout.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace dsu {

static bool isState(const GlobalVariable &GV) {
  return !GV.isDeclaration() && !GV.isConstant() &&
         !GV.hasAvailableExternallyLinkage() && GV.hasMetadata(abi::DSU_MD_ID);
}

/// A section that the linker merges into the one where the variable would be
/// anyway, of a name of its own, as with -fdata-sections.
static std::string sectionFor(const GlobalVariable &GV) {
  bool Zero = GV.getInitializer()->isNullValue();
  StringRef Kind = GV.isThreadLocal() ? (Zero ? ".tbss." : ".tdata.")
                                      : (Zero ? ".bss." : ".data.");
  return (Kind + GlobalValue::dropLLVMManglingEscape(GV.getName())).str();
}

bool pinState(Module &M) {
  SmallVector<GlobalValue *, 32> Pinned;
  for (GlobalVariable &GV : M.globals()) {
    if (!isState(GV))
      continue;
    Pinned.push_back(&GV);
    GV.setExternallyInitialized(true);
    if (!GV.getAlign())
      GV.setAlignment(M.getDataLayout().getPreferredAlign(&GV));
    // The linker lays common symbols out; nobody can raise their alignment.
    if (!GV.hasSection() && !GV.hasCommonLinkage())
      GV.setSection(sectionFor(GV));
  }
  if (Pinned.empty())
    return false;
  appendToCompilerUsed(M, Pinned);
  return true;
}

PreservedAnalyses StatePinningPass::run(Module &M, ModuleAnalysisManager &) {
  return pinState(M) ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

} // namespace dsu
