//===- CallSites.h - each call is named by the line table -------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whether an old frame may run out is judged by its call site.  To find it from
// a return address at no run-time cost, each call of an updatable function
// gets, as the last step in IR, a debug location with a discriminator that no
// other call of the function has, and a line that is not 0.
//
// Number: callSites(F)[i] has the raw discriminator i + 1.  It counts every
// call instruction but debug intrinsics, in the order of blocks and
// instructions; bitcode keeps that order, so dsu-diff, which reads module 0 of
// the program file (written before this step), gets the same numbers by calling
// callSites itself.
//
// Back from a return address R of a frame: look up the line-table row of R - 1
// (the last byte of the call).  Discriminator d != 0 and d <= size names call
// d - 1 of the function that R lies in, if that function is the body itself
// (inlined call sites are numbered in the function that they were inlined
// into).  0 or a line of 0 means that code generation merged or made the call:
// the frame is judged by the function as a whole.
//
// Calls are marked nomerge: without it memcached loses 4 % of its calls to tail
// merging, with it none, for 1.5 % of text.
//
// Functions without debug info are skipped.  Pseudo-probes and plain lines were
// rejected: they lose calls that LLVM sinks or merges.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_PASSES_CALLSITES_H
#define DSU_PASSES_CALLSITES_H

#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/PassManager.h"

#include <vector>

namespace dsu {

/// The calls of \p F that have a number, in order.
std::vector<llvm::CallBase *> callSites(llvm::Function &F);

/// Gives each of them its debug location; false without debug info.
bool numberCallSites(llvm::Function &F);

/// Whether a jump may enter a frame of \p F anew: it calls setjmp, or has
/// `__builtin_setjmp` in it, which LLVM does not count.
bool callsSetjmp(const llvm::Function &F);

/// Textual name: dsu-call-sites.
struct CallSitesPass : llvm::PassInfoMixin<CallSitesPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace dsu

#endif // DSU_PASSES_CALLSITES_H
