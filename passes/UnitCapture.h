//===- UnitCapture.h - keep each unit as it was before inlining -*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What did the programmer change?  Optimized code cannot answer that, so each
// unit's module is serialized at the start of its pipeline: after identities
// and selection (it carries !dsu.id), before thin frames and pinning (it has
// none of their marks).  The bitcode travels in a private constant of the very
// module, through object files and archives, and is taken out at the link.
// Without a link by the plugin the linker drops it (SHF_EXCLUDE).
//
//===----------------------------------------------------------------------===//

#ifndef DSU_PASSES_UNITCAPTURE_H
#define DSU_PASSES_UNITCAPTURE_H

#include "llvm/IR/Module.h"
#include "llvm/IR/PassManager.h"

#include <string>
#include <vector>

namespace dsu {

/// Serializes the module into a private constant of its own.  Does nothing if
/// that has been done already.
bool captureUnit(llvm::Module &M);

/// Link, early: adds to each captured unit the number that resolveIdentities
/// gave its identities, and keeps the bitcode out of the optimizers' way.
/// Takes all captured units out of the module, in link order.
std::vector<std::string> takeUnits(llvm::Module &M);

/// Textual name: dsu-capture-unit.
struct UnitCapturePass : llvm::PassInfoMixin<UnitCapturePass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace dsu

#endif // DSU_PASSES_UNITCAPTURE_H
