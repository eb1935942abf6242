//===- FunctionIndirection.h - calls go through a table ---------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The last change to the IR: what callers call can be replaced while it runs.
// Most functions are redirected at their entry (EntryRedirect.h); direct calls
// of them stay direct.  The rest, of which the entry belongs to somebody else,
// is called through the table:
//
//   in:   define i32 @f(i32 %x) { body }          ret (call i32 @f(i32 1))
//   out:  @__dsu_slots = [512 x ptr] [ptr @f.dsu, ...], section "dsu_slots"
//         define internal i32 @f.dsu(i32 %x) { body }
//         define void @f() naked { asm "jmpq *__dsu_slots+0(%rip)" }
//         %slot = load ptr, ptr @__dsu_slots; call i32 %slot(i32 1)
//
// The wrapper, which has the original symbol, exists only where someone else
// can name the function: its address is taken, it is visible outside the link,
// an alias refers to it.  Stored pointers and pointer comparisons so stay right
// across updates.  Everything before this step saw ordinary direct calls, so
// no optimization is lost.
//
// The load is right before the call, so that no slot's value lives across
// another call; a call with a byval argument, whose copy may itself be a call
// of memcpy, goes through the wrapper instead.  So do calls of preemptible
// definitions, which the dynamic linker may bind elsewhere.
//
// The wrapper's type is void () whatever the body's is: it passes on registers
// and stack untouched, and a naked function must not have arguments lowered.
// Rejected: musttail thunks (LLVM 19 crashes on byval, variadic ones need
// register saves).
//
//===----------------------------------------------------------------------===//

#ifndef DSU_PASSES_FUNCTIONINDIRECTION_H
#define DSU_PASSES_FUNCTIONINDIRECTION_H

#include "Selection.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/PassManager.h"

#include <string>
#include <vector>

namespace dsu {

/// Can anything but an indirected call name this function?
bool needsStableWrapper(const llvm::Function &F);

/// Makes each direct call go through the slot that \p SlotOf names for its
/// callee; null means that calls of it stay as they are.  Attributes, bundles
/// and calling conventions are kept.  Returns the number of calls changed.
unsigned
indirectCalls(llvm::Module &M,
              llvm::function_ref<llvm::Constant *(llvm::Function &)> SlotOf);

/// Turns \p Body into an internal function NAME.dsu and returns a new one that
/// has its name, linkage, visibility and all its uses (but block addresses and
/// the slot) and jumps through \p Slot.  \p SlotIsImported: the slot is a
/// symbol of another image, reached through the GOT.
llvm::Function *makeStableWrapper(llvm::Function &Body, llvm::Constant *Slot,
                                  bool SlotIsImported);

/// Creates the slot table (null initializer elements must be filled by the
/// caller's \p Bodies): section, alignment and padding as the ABI wants.
llvm::GlobalVariable *createSlotTable(llvm::Module &M,
                                      llvm::ArrayRef<llvm::Constant *> Bodies);

/// The address of slot \p Index.
llvm::Constant *slotAddress(llvm::GlobalVariable &Table, unsigned Index);

/// What indirectModule did; in the order of the slots.
struct IndirectedFunction {
  llvm::Function *Body;
  llvm::Function *Stable; ///< what its address is: Body or wrapper, or null
  bool AtEntry;           ///< see EntryRedirect.h
  std::string Identity;
};
struct Indirection {
  llvm::GlobalVariable *Slots = nullptr; ///< null without updatable function
  std::vector<IndirectedFunction> Functions;
  unsigned Calls = 0;
};

/// The whole step for a base image: a slot for every updatable function.  With
/// \p AtEntries those that can be are redirected at their entry.
Indirection indirectModule(llvm::Module &M, bool AtEntries);

/// Textual names: dsu-indirection, dsu-indirection<entries>.
struct IndirectionPass : llvm::PassInfoMixin<IndirectionPass> {
  explicit IndirectionPass(bool AtEntries) : AtEntries(AtEntries) {}
  bool AtEntries;
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace dsu

#endif // DSU_PASSES_FUNCTIONINDIRECTION_H
