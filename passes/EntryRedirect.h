//===- EntryRedirect.h - functions that are redirected at their entry -----===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A call through a slot is an indirect branch, and a table of slots is data
// that compete for the caches: 5 % of what redis can do under a mixed load.  So
// calls are direct wherever the compiler knows the function that is meant, and
// the function itself is prepared for being replaced:
//
//             jmpq   *slot(%rip)     prefix data, 16 bytes
//     f:      the body
//
// While another body runs, the first two bytes are `jmp f-8`; the slot leads
// from there.  Before any update nothing is executed that a plain build would
// not execute.  The runtime stores the two bytes at once, as f is aligned to
// 16, while all threads are held, and none of them is in f but at a call site
// that may stay.  Code behind which a branch leads back to these bytes has no
// such call sites (tools/dsu-diff/OldBinary.cpp).
//
// That there are two bytes, and that no loop begins in them where that would
// matter or not be seen (frames that never leave, jump tables), code generation
// is asked for: it puts a nop there if the first instruction is a single byte.
//
// The function's own address is its stable address, and the slot's first value.
//
// Direct calls name a private alias of the function, not the function: code
// generation looks at what it knows of a callee (it writes no memory, it
// returns its argument), and comparing the IR of callers does not see that.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_PASSES_ENTRYREDIRECT_H
#define DSU_PASSES_ENTRYREDIRECT_H

#include "llvm/IR/Constants.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/GlobalAlias.h"

namespace dsu {

/// Nobody else can define it, and nothing else claims the bytes at its entry.
bool canRedirectEntry(const llvm::Function &F);

/// Makes the entry of \p F fit to be redirected; \p Slot is its slot in this
/// module.
void prepareEntry(llvm::Function &F, llvm::Constant *Slot);

/// Another name for \p F, of which nothing is known.
llvm::GlobalAlias *createOpaqueAlias(llvm::Function &F);

} // namespace dsu

#endif // DSU_PASSES_ENTRYREDIRECT_H
