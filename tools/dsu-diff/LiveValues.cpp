//===- LiveValues.cpp - which values of two frames are the same -----------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See LiveValues.h.
//
//===----------------------------------------------------------------------===//

#include "LiveValues.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace dsu {

LiveValues::LiveValues(const BodyComparison &Bodies, const Function &Old,
                       const Function &New)
    : Bodies(Bodies), Old(Old), New(New), VariablesOld(Old), VariablesNew(New) {
}

void LiveValues::moveTo(const CallBase &CallOld, const CallBase &CallNew) {
  NamesOld = VariablesOld.at(CallOld);
  NamesNew = VariablesNew.at(CallNew);
  Known.clear();
}

/// Whether a value is fully determined by its operands.
static bool isPure(const Instruction &I) {
  return !I.mayReadOrWriteMemory() && !isa<AllocaInst>(I) && !isa<PHINode>(I);
}

/// How many instructions of this kind come before it: of one opcode and type,
/// calls of one callee, phis of one block.
unsigned LiveValues::ordinal(const Instruction &I) const {
  unsigned Count = 0;
  const auto *Call = dyn_cast<CallBase>(&I);
  for (const Instruction &Other : instructions(*I.getFunction())) {
    if (&Other == &I)
      break;
    if (Other.getOpcode() != I.getOpcode() ||
        !Bodies.equality().types(Other.getType(), I.getType()))
      continue;
    if (Call &&
        cast<CallBase>(Other).getCalledOperand() != Call->getCalledOperand())
      continue;
    ++Count;
  }
  return Count;
}

bool LiveValues::computedAlike(const Instruction &DefOld,
                               const Instruction &DefNew) {
  if (!Bodies.operations(DefOld, DefNew))
    return false;
  for (unsigned I = 0, E = DefOld.getNumOperands(); I != E; ++I) {
    const Value *OpOld = DefOld.getOperand(I), *OpNew = DefNew.getOperand(I);
    if (isa<BasicBlock>(OpOld) && isa<BasicBlock>(OpNew))
      continue;
    if (!same(OpOld, OpNew))
      return false;
  }
  return isPure(DefOld) || ordinal(DefOld) == ordinal(DefNew);
}

bool LiveValues::same(const Value *ValueOld, const Value *ValueNew) {
  const auto *DefOld = dyn_cast<Instruction>(ValueOld);
  const auto *DefNew = dyn_cast<Instruction>(ValueNew);
  if (const auto *Argument = dyn_cast<llvm::Argument>(ValueOld)) {
    const auto *Other = dyn_cast<llvm::Argument>(ValueNew);
    return Other && Argument->getArgNo() == Other->getArgNo() &&
           Bodies.equality().types(Argument->getType(), Other->getType());
  }
  if (!DefOld || !DefNew)
    return !DefOld && !DefNew && !isa<llvm::Argument>(ValueNew) &&
           Bodies.operands(*ValueOld, *ValueNew, Old, New);
  // A value that depends on itself (a loop's) is the same until shown
  // otherwise.
  auto [It, Fresh] = Known.try_emplace({ValueOld, ValueNew}, true);
  if (!Fresh)
    return It->second;
  ++Depth;
  auto FoundOld = NamesOld.find(ValueOld), FoundNew = NamesNew.find(ValueNew);
  const bool Named = FoundOld != NamesOld.end() && FoundNew != NamesNew.end();
  const bool OneName =
      Named && any_of(FoundOld->second, [&](const std::string &Name) {
        return FoundNew->second.count(Name);
      });
  // Where one of them is several variables, the code that remains may mean any:
  // then only the computation tells, as it does where there is no name.
  const bool Result = (Named && FoundOld->second == FoundNew->second) ||
                      ((OneName || !Named) && computedAlike(*DefOld, *DefNew));
  // What was concluded on the way rests on an assumption that failed.
  if (--Depth == 0 && !Result)
    Known.clear();
  return Known[{ValueOld, ValueNew}] = Result;
}

} // namespace dsu
