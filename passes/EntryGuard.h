//===- EntryGuard.h - small functions check their slot --------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A call through a slot is an indirect branch, and processors take direct ones
// twice as often.  Where the function called does next to nothing, that is what
// a caller waits for; so is the second jump when such a function is called by
// its address, through the wrapper.  Small functions that call nothing (but
// perhaps themselves) are therefore called directly, and look at their slot
// themselves:
//
//             jmpq   *slot(%rip)         prefix data: replaced
//     f:      testb  $1, slot(%rip)      prologue data: 9 bytes
//             je     f-8
//     f+9:    the body; the slot's first value
//
// Two instructions that a processor does beside the body's, no register, and no
// indirect branch before there is an update.  One bit of the slot tells all: f
// is aligned to 16, so f+9 is odd; bodies in patches, the only other ones that
// a slot can ever lead to, are at even addresses (dsu-diff,
// rt/src/patch_file.c).
//
// The guard is a part of the function for unwinders and for the runtime: a
// thread that is stopped between test and body counts as in the old body
// (design, "Stopping, judging, committing").  A branch in the caller would
// leave no such trace.
//
// The function's own address is its stable address.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_PASSES_ENTRYGUARD_H
#define DSU_PASSES_ENTRYGUARD_H

#include "llvm/IR/Constants.h"
#include "llvm/IR/Function.h"

namespace dsu {

/// Small, calls nothing else, and nothing else claims the bytes around its
/// entry.
bool canGuardEntry(const llvm::Function &F);

/// Puts the guard before the body; \p Slot is its slot in this module.
void guardEntry(llvm::Function &F, llvm::Constant *Slot);

/// Where the body begins: what the slot holds.
llvm::Constant *guardedBody(llvm::Function &F);

} // namespace dsu

#endif // DSU_PASSES_ENTRYGUARD_H
