//===- RemainingCode.cpp - what a frame may still run ---------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See RemainingCode.h.
//
//===----------------------------------------------------------------------===//

#include "RemainingCode.h"

#include "CallSites.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace dsu {

namespace {

/// One attempt to match what comes after two calls.
class Bisimulation {
public:
  explicit Bisimulation(const BodyComparison &Bodies) : Bodies(Bodies) {}

  bool run(CallBase &Old, CallBase &New);

private:
  bool bind(const Value *Old, const Value *New);
  bool operands(const Instruction &Old, const Instruction &New);
  bool stretch(BasicBlock::iterator Old, BasicBlock::iterator New);
  bool edges(BasicBlock &Old, BasicBlock &New);
  bool phis(BasicBlock &FromOld, BasicBlock &Old, BasicBlock &FromNew,
            BasicBlock &New);

  const BodyComparison &Bodies;
  DenseMap<const Value *, const Value *> ToNew, ToOld;
  DenseMap<BasicBlock *, BasicBlock *> Visited;
  SmallVector<std::pair<BasicBlock *, BasicBlock *>, 16> Work;
};

} // namespace

/// Local values stand opposite each other once and for all.
bool Bisimulation::bind(const Value *Old, const Value *New) {
  auto [It, Fresh] = ToNew.try_emplace(Old, New);
  auto [Back, FreshBack] = ToOld.try_emplace(New, Old);
  if (It->second != New || Back->second != Old)
    return false;
  if (!Fresh)
    return true;
  if (!Bodies.equality().types(Old->getType(), New->getType()))
    return false;
  // What a pointer to a local variable points to lives in the frame, too.
  const auto *SlotOld = dyn_cast<AllocaInst>(Old);
  const auto *SlotNew = dyn_cast<AllocaInst>(New);
  if (!SlotOld && !SlotNew)
    return true;
  return SlotOld && SlotNew &&
         Bodies.equality().types(SlotOld->getAllocatedType(),
                                 SlotNew->getAllocatedType());
}

static bool isLocal(const Value *V) {
  return isa<Instruction>(V) || isa<Argument>(V);
}

bool Bisimulation::operands(const Instruction &Old, const Instruction &New) {
  for (unsigned I = 0, E = Old.getNumOperands(); I != E; ++I) {
    const Value *OpOld = Old.getOperand(I), *OpNew = New.getOperand(I);
    if (isa<BasicBlock>(OpOld) != isa<BasicBlock>(OpNew) ||
        isLocal(OpOld) != isLocal(OpNew))
      return false;
    // Constants were compared with the instruction, blocks are by edges.
    if (isLocal(OpOld) && !bind(OpOld, OpNew))
      return false;
  }
  return true;
}

/// From two points to the ends of their blocks.
bool Bisimulation::stretch(BasicBlock::iterator Old, BasicBlock::iterator New) {
  BasicBlock &BlockOld = *Old->getParent(), &BlockNew = *New->getParent();
  for (; Old != BlockOld.end() && New != BlockNew.end(); ++Old, ++New) {
    if (Old->getOpcode() != New->getOpcode() ||
        Old->getNumOperands() != New->getNumOperands())
      return false;
    if (isa<PHINode>(*Old)) {
      if (!bind(&*Old, &*New)) // incoming values are compared by edges
        return false;
      continue;
    }
    std::vector<PassedOver> Ignored;
    Bodies.passOver(*Old, *New, Ignored);
    if (!Bodies.instructions(*Old, *New) || !operands(*Old, *New) ||
        !bind(&*Old, &*New))
      return false;
  }
  return Old == BlockOld.end() && New == BlockNew.end() &&
         edges(BlockOld, BlockNew);
}

bool Bisimulation::phis(BasicBlock &FromOld, BasicBlock &Old,
                        BasicBlock &FromNew, BasicBlock &New) {
  auto ItOld = Old.phis().begin(), ItNew = New.phis().begin();
  for (; ItOld != Old.phis().end() && ItNew != New.phis().end();
       ++ItOld, ++ItNew) {
    const Value *InOld = ItOld->getIncomingValueForBlock(&FromOld);
    const Value *InNew = ItNew->getIncomingValueForBlock(&FromNew);
    if (isLocal(InOld) != isLocal(InNew))
      return false;
    if (isLocal(InOld)) {
      if (!bind(InOld, InNew))
        return false;
    } else if (!isa<Constant>(InOld) || !isa<Constant>(InNew) ||
               !Bodies.equality().constants(cast<Constant>(InOld),
                                            cast<Constant>(InNew))) {
      return false;
    }
  }
  return ItOld == Old.phis().end() && ItNew == New.phis().end();
}

bool Bisimulation::edges(BasicBlock &Old, BasicBlock &New) {
  const Instruction *EndOld = Old.getTerminator();
  const Instruction *EndNew = New.getTerminator();
  if (EndOld->getNumSuccessors() != EndNew->getNumSuccessors())
    return false;
  for (unsigned I = 0, E = EndOld->getNumSuccessors(); I != E; ++I) {
    BasicBlock *NextOld = EndOld->getSuccessor(I);
    BasicBlock *NextNew = EndNew->getSuccessor(I);
    if (!phis(Old, *NextOld, New, *NextNew))
      return false;
    auto [It, Fresh] = Visited.try_emplace(NextOld, NextNew);
    if (It->second != NextNew)
      return false;
    if (Fresh)
      Work.push_back({NextOld, NextNew});
  }
  return true;
}

bool Bisimulation::run(CallBase &Old, CallBase &New) {
  // What the callee returns is a value that the frame gets, not one that it
  // has: the calls themselves must agree in type.
  Bodies.equality().forgetMetadata();
  if (!bind(&Old, &New) ||
      !stretch(std::next(Old.getIterator()), std::next(New.getIterator())))
    return false;
  while (!Work.empty()) {
    auto [BlockOld, BlockNew] = Work.pop_back_val();
    if (!stretch(BlockOld->begin(), BlockNew->begin()))
      return false;
  }
  return true;
}

/// Cheap reasons why two calls cannot be opposite each other.
static bool mayCorrespond(const CallBase &Old, const CallBase &New,
                          const Equality &Eq) {
  if (!Eq.types(Old.getFunctionType(), New.getFunctionType()))
    return false;
  const auto *CalleeOld = dyn_cast<Constant>(Old.getCalledOperand());
  const auto *CalleeNew = dyn_cast<Constant>(New.getCalledOperand());
  if (!CalleeOld || !CalleeNew)
    return !CalleeOld && !CalleeNew;
  return CalleeOld == Old.getFunction() ? CalleeNew == New.getFunction()
                                        : Eq.constants(CalleeOld, CalleeNew);
}

std::vector<bool> findStayingCalls(Function &Old, Function &New,
                                   const BodyComparison &Bodies) {
  const std::vector<CallBase *> CallsOld = callSites(Old);
  const std::vector<CallBase *> CallsNew = callSites(New);
  std::vector<bool> Stays(CallsOld.size());
  if (Old.callsFunctionThatReturnsTwice() ||
      New.callsFunctionThatReturnsTwice())
    return Stays;
  for (size_t I = 0; I != CallsOld.size(); ++I) {
    if (!isa<CallInst>(CallsOld[I]))
      continue;
    for (CallBase *Candidate : CallsNew)
      if (isa<CallInst>(Candidate) &&
          mayCorrespond(*CallsOld[I], *Candidate, Bodies.equality()) &&
          Bisimulation(Bodies).run(*CallsOld[I], *Candidate)) {
        Stays[I] = true;
        break;
      }
  }
  return Stays;
}

} // namespace dsu
