//===- StatePinning.h - globals stay as they were written ------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Patches share the running program's globals, so both versions must agree on
// every one: optimizers may not split, shrink, localize or fold them, nor
// conclude anything from their uses in one version that need not hold in the
// next.  From the start of each unit's pipeline every mutable definition
// (function statics, never-written ones, thread-locals too) is therefore
//
//   - in llvm.compiler.used: GlobalOpt, IPSCCP and GlobalsAA see a use that
//     they cannot follow; the linker may still drop the variable;
//   - externally_initialized: no constructor is evaluated into its initial
//     value, which would then depend on code;
//   - given an explicit alignment and a section: the pair is what keeps
//     GlobalObject::canIncreaseAlignment from letting a vectorizer raise the
//     alignment in one version only.
//
// Rejected: hidden external linkage under a unique name (same cost, but
// symbol tables and debuggers show it).  Common symbols cannot have a section;
// they are pinned by the link, which makes them ordinary.
//
// Constants are not pinned: folding them is sound, as outcomes are compared.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_PASSES_STATEPINNING_H
#define DSU_PASSES_STATEPINNING_H

#include "llvm/IR/Module.h"
#include "llvm/IR/PassManager.h"

namespace dsu {

/// Pins every mutable global that has an identity.  Idempotent.
bool pinState(llvm::Module &M);

/// Textual name: dsu-pin-state.
struct StatePinningPass : llvm::PassInfoMixin<StatePinningPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace dsu

#endif // DSU_PASSES_STATEPINNING_H
