//===- OpaqueCalls.h - lifelong frames know nothing of callees --*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// noinline keeps a callee's body out of a lifelong function, but not what is
// known about that body: a constant result is folded into the caller, an
// argument that the callee ignores becomes undefined, a pointer that it does
// not capture lets the next call be marked tail, and so on.  The caller's code
// then changes with the callee's, and a frame that never leaves would forbid
// the update for ever.  So from the start of the unit's pipeline to the link
// half, direct calls in lifelong functions look like calls of anybody:
//
//   in:   call i32 @f(i32 1)
//   out:  @__dsu_opaque.f = internal global ptr @f
//         %f = load volatile ptr, ptr @__dsu_opaque.f
//         call i32 %f(i32 1) nomerge
//   link half: as before
//
// The load is volatile, since that is what keeps every optimizer from looking
// into the variable while it dies with its last user; llvm.compiler.used would
// keep callees of dead functions alive.  nomerge keeps two calls of different
// callees from becoming one.  Were a pointer merged all the same, it would stay
// one, and its callees get stable wrappers: right, only not as good.
//
// Rejected: optnone and nocallback do not stop interprocedural facts; weak
// definitions do, but for all callers.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_PASSES_OPAQUECALLS_H
#define DSU_PASSES_OPAQUECALLS_H

#include "llvm/IR/Module.h"
#include "llvm/IR/PassManager.h"

namespace dsu {

/// Hides the callees of \p F that an update could replace.  Left alone are
/// intrinsics and functions of the C library, calls that return twice,
/// always_inline callees and what the user turned off.
bool hideCallees(llvm::Function &F);

/// Makes all hidden calls of the module direct ones again.
bool restoreCallees(llvm::Module &M);

/// Textual name: dsu-restore-callees.  (dsu-thin-frames hides them.)
struct RestoreCalleesPass : llvm::PassInfoMixin<RestoreCalleesPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace dsu

#endif // DSU_PASSES_OPAQUECALLS_H
