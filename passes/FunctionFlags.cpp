//===- FunctionFlags.cpp - what the tables say of functions ---------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See FunctionFlags.h.
//
//===----------------------------------------------------------------------===//

#include "FunctionFlags.h"

#include "CallSites.h"
#include "RuntimeABI.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace dsu {

static bool isLifelong(const Function &F) {
  return F.hasFnAttribute(abi::DSU_ATTR_LIFELONG);
}

static SmallVector<const Function *, 4> directCallers(const Function &F) {
  SmallVector<const Function *, 4> Callers;
  for (const User *U : F.users())
    if (const auto *Call = dyn_cast<CallBase>(U))
      if (Call->getCalledOperand() == &F)
        Callers.push_back(Call->getFunction());
  return Callers;
}

static bool hasLifelongCaller(const Function &F) {
  return any_of(directCallers(F),
                [](const Function *Caller) { return isLifelong(*Caller); });
}

/// Calls nothing of the program's but to give up: no handler of events.
static bool onlyWaits(const Function &F) {
  for (const BasicBlock &BB : F) {
    if (isa<UnreachableInst>(BB.getTerminator()))
      continue;
    for (const Instruction &I : BB)
      if (const auto *Call = dyn_cast<CallBase>(&I)) {
        const Function *Callee = Call->getCalledFunction();
        if (!Call->isInlineAsm() && (!Callee || !Callee->isDeclaration()))
          return false;
      }
  }
  return true;
}

FunctionFlags::FunctionFlags(const Module &M) {
  for (const char *Name : {"epoll_wait", "epoll_pwait", "epoll_pwait2"}) {
    const Function *Wait = M.getFunction(Name);
    if (!Wait || !Wait->isDeclaration())
      continue;
    for (const Function *F : directCallers(*Wait)) {
      if (hasLifelongCaller(*F))
        Waiting.insert(F);
      if (!F->hasLocalLinkage() || !onlyWaits(*F))
        continue;
      for (const Function *Caller : directCallers(*F))
        if (hasLifelongCaller(*Caller))
          Waiting.insert(F), Waiting.insert(Caller);
    }
  }
}

uint32_t FunctionFlags::of(const Function &F) const {
  uint32_t Flags = 0;
  if (isLifelong(F))
    Flags |= abi::DSU_FUNC_LIFELONG;
  else if (Waiting.contains(&F))
    Flags |= abi::DSU_FUNC_WAITS;
  if (callsSetjmp(F))
    Flags |= abi::DSU_FUNC_SETJMP;
  return Flags;
}

} // namespace dsu
