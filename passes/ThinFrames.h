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
//               address does not change in the loop (while (!loop->stop) ...),
//               of which the loop stores nothing but constants, and which are
//               neither pointers nor lengths (while (queue->first) works, it
//               does not wait);
//   served      a lifelong function of the same unit calls it directly, not in
//               a loop within a loop, and it has a loop that contains calls,
//               and every exit depends on a flag or on what a call says
//               (while (read_line(line)) ...).
//
// At this point locals are still in allocas.  One that the loop stores call
// results in, or whose address escapes, depends on calls; one that is computed
// from its own old value (a counter, a walk along a list) ends the loop by
// itself, and such a loop, which may be hot, is neither flag nor served.
//
// Of what a lifelong function calls it must not know anything either; that is
// OpaqueCalls' part.
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
enum class LifelongReason : uint8_t {
  Main,
  Listed,
  NoExit,
  Entry,
  Flag,
  Served
};

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
