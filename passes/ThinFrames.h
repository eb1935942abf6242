//===- ThinFrames.h - frames that never leave stay thin ---------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A function that sits on a stack for its thread's whole life cannot be
// replaced, and neither can what was inlined into it.  This pass finds such
// functions before any inlining and keeps their frames thin: the function is
// "dsu-lifelong" and noinline, and so is every call in it that could reach an
// updatable function.
//
// The whole program is not visible yet.  A function is taken for lifelong if
//
//   main        it is main;
//   listed      the user says so (annotate("dsu:lifelong"), lifelong=...);
//   no-exit     it has a loop without exit (but for exits that only abort);
//   entry       it has the shape of a thread's entry (one void * parameter)
//               and is either passed to a call and returns a pointer, or may
//               have its address taken and has a loop that contains calls;
//   flag        it has a loop that contains calls, and every exit depends on
//               memory flags only: loads through pointers or globals whose
//               address does not change in the loop (while (!loop->stop) ...).
//
// At this point locals are still in allocas: an alloca that is stored in the
// loop, or whose address escapes, and any call's result, is a loop-variant
// local, so "while (!done)" over a local or "while ((n = next()))" is no flag.
//
// Guessing wrong does not endanger the activeness check, which looks at frames
// whatever they are: too few make an update wait, too many cost some inlining.
// For the level "rest" a lifelong frame counts as resting, so the runtime
// should accept it only where it is outermost.  always_inline callees are left
// alone: their author may depend on it (operands of inline assembly).
//
//===----------------------------------------------------------------------===//

#ifndef DSU_PASSES_THINFRAMES_H
#define DSU_PASSES_THINFRAMES_H

#include "Selection.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/IR/PassManager.h"
#include "llvm/Support/raw_ostream.h"

namespace dsu {

/// Why a function's frame never leaves.
enum class LifelongReason : uint8_t { Main, Listed, NoExit, Entry, Flag };

/// The lifelong functions of a module.
struct LifelongFunctions {
  llvm::MapVector<llvm::Function *, LifelongReason> Functions;
  bool invalidate(llvm::Module &, const llvm::PreservedAnalyses &,
                  llvm::ModuleAnalysisManager::Invalidator &) {
    return true; // cheap, and only used at one point
  }
};

class LifelongAnalysis : public llvm::AnalysisInfoMixin<LifelongAnalysis> {
public:
  using Result = LifelongFunctions;
  Result run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);

private:
  friend llvm::AnalysisInfoMixin<LifelongAnalysis>;
  static llvm::AnalysisKey Key;
};

/// Textual name: print<dsu-lifelong>.
class LifelongPrinterPass : public llvm::PassInfoMixin<LifelongPrinterPass> {
  llvm::raw_ostream &OS;

public:
  explicit LifelongPrinterPass(llvm::raw_ostream &OS) : OS(OS) {}
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);
  static bool isRequired() { return true; }
};

/// Textual name: dsu-thin-frames.
struct ThinFramesPass : llvm::PassInfoMixin<ThinFramesPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);
  static bool isRequired() { return true; }
};

} // namespace dsu

#endif // DSU_PASSES_THINFRAMES_H
