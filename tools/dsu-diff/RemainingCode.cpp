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
#include "LiveValues.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"

#include <memory>

using namespace llvm;

namespace dsu {

namespace {

/// One side of a comparison: a function and one of its calls.
class Continuation {
public:
  Continuation(CallBase &Call, const DominatorTree &Dominators);

  /// What \p V is after the call: phis that can only have one value by then are
  /// that value.
  const Value *resolve(const Value *V) const;

  /// Whether \p I has run when the call is reached.
  bool precedesCall(const Instruction &I) const {
    return Dominators.dominates(I.getParent(), CallBlock);
  }

  /// The instruction that is executed next at \p At, beyond unconditional
  /// branches.  \p Phis gets what was assigned on the way: one list for each
  /// block with phis that are not resolved.  Null for an endless loop of
  /// branches.
  using Assignment = std::pair<const PHINode *, const Value *>;
  using Assignments = SmallVector<SmallVector<Assignment, 4>, 2>;
  Instruction *settle(Instruction *At, Assignments &Phis) const;

  /// The same after the edge to a successor.
  Instruction *enter(BasicBlock &From, BasicBlock &To, Assignments &Phis) const;

private:
  const Value *resolvePhi(const PHINode *Phi) const;
  Instruction *cross(BasicBlock &From, BasicBlock &To, Assignments &Phis) const;
  bool edgeIsReached(const BasicBlock *From) const {
    return From == CallBlock || Reached.count(From);
  }

  const BasicBlock *CallBlock;
  const DominatorTree &Dominators;
  SmallPtrSet<const BasicBlock *, 32> Reached;
  mutable DenseMap<const PHINode *, const Value *> Resolved;
};

/// One attempt to match what comes after two calls.
class Bisimulation {
public:
  Bisimulation(const BodyComparison &Bodies, LiveValues &Live,
               const Continuation &Old, const Continuation &New)
      : Bodies(Bodies), Live(Live), Old(Old), New(New) {}

  bool run(CallBase &CallOld, CallBase &CallNew);

private:
  using Assignments = Continuation::Assignments;

  bool bind(const Value *ValueOld, const Value *ValueNew);
  bool values(const Value *ValueOld, const Value *ValueNew);
  bool assignments(const Assignments &PhisOld, const Assignments &PhisNew);
  bool stretch(Instruction *AtOld, Instruction *AtNew);
  bool edges(BasicBlock &BlockOld, BasicBlock &BlockNew);
  bool liveIns(const CallBase &CallOld);

  const BodyComparison &Bodies;
  LiveValues &Live;
  const Continuation &Old, &New;
  const Function *FunctionOld = nullptr, *FunctionNew = nullptr;
  DenseMap<const Value *, const Value *> ToNew, ToOld;
  DenseMap<const Instruction *, const Instruction *> Visited;
  SmallVector<std::pair<Instruction *, Instruction *>, 16> Work;
};

} // namespace

//===----------------------------------------------------------------------===//
// One side
//===----------------------------------------------------------------------===//

Continuation::Continuation(CallBase &Call, const DominatorTree &Dominators)
    : CallBlock(Call.getParent()), Dominators(Dominators) {
  SmallVector<const BasicBlock *, 16> Work(successors(CallBlock));
  while (!Work.empty()) {
    const BasicBlock *BB = Work.pop_back_val();
    if (Reached.insert(BB).second)
      append_range(Work, successors(BB));
  }
}

const Value *Continuation::resolvePhi(const PHINode *Phi) const {
  const BasicBlock *BB = Phi->getParent();
  if (!Reached.count(BB) || Dominators.dominates(BB, CallBlock))
    return Phi;
  auto [It, Fresh] = Resolved.try_emplace(Phi, Phi);
  if (!Fresh)
    return It->second; // itself while it is being resolved
  const Value *Only = nullptr;
  for (unsigned I = 0, E = Phi->getNumIncomingValues(); I != E; ++I) {
    if (!edgeIsReached(Phi->getIncomingBlock(I)))
      continue;
    const Value *Incoming = resolve(Phi->getIncomingValue(I));
    if (Incoming == Phi)
      continue;
    if (Only && Incoming != Only)
      return Phi;
    Only = Incoming;
  }
  // A value that is computed anew in the loop is another one each time, so only
  // what cannot change after the call may stand for the phi.
  if (!Only || (!isa<Constant>(Only) && !isa<Argument>(Only)))
    return Phi;
  return Resolved[Phi] = Only;
}

const Value *Continuation::resolve(const Value *V) const {
  const auto *Phi = dyn_cast<PHINode>(V);
  return Phi ? resolvePhi(Phi) : V;
}

Instruction *Continuation::cross(BasicBlock &From, BasicBlock &To,
                                 Assignments &Phis) const {
  SmallVector<Assignment, 4> Here;
  for (const PHINode &Phi : To.phis())
    if (resolve(&Phi) == &Phi)
      Here.push_back({&Phi, resolve(Phi.getIncomingValueForBlock(&From))});
  if (!Here.empty())
    Phis.push_back(std::move(Here));
  return &*To.getFirstNonPHIIt();
}

Instruction *Continuation::enter(BasicBlock &From, BasicBlock &To,
                                 Assignments &Phis) const {
  return settle(cross(From, To, Phis), Phis);
}

Instruction *Continuation::settle(Instruction *At, Assignments &Phis) const {
  for (unsigned Steps = 0; Steps != 64; ++Steps) {
    auto *Branch = dyn_cast<BranchInst>(At);
    if (!Branch || Branch->isConditional())
      return At;
    At = cross(*Branch->getParent(), *Branch->getSuccessor(0), Phis);
  }
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Both sides
//===----------------------------------------------------------------------===//

/// Local values stand opposite each other once and for all.
bool Bisimulation::bind(const Value *ValueOld, const Value *ValueNew) {
  auto [It, Fresh] = ToNew.try_emplace(ValueOld, ValueNew);
  auto [Back, FreshBack] = ToOld.try_emplace(ValueNew, ValueOld);
  if (It->second != ValueNew || Back->second != ValueOld)
    return false;
  return !Fresh ||
         Bodies.equality().types(ValueOld->getType(), ValueNew->getType());
}

static bool isLocal(const Value *V) {
  return isa<Instruction>(V) || isa<Argument>(V);
}

bool Bisimulation::values(const Value *ValueOld, const Value *ValueNew) {
  ValueOld = Old.resolve(ValueOld);
  ValueNew = New.resolve(ValueNew);
  if (isLocal(ValueOld) || isLocal(ValueNew))
    return isLocal(ValueOld) && isLocal(ValueNew) && bind(ValueOld, ValueNew);
  if (isa<BasicBlock>(ValueOld) || isa<BasicBlock>(ValueNew))
    return isa<BasicBlock>(ValueOld) && isa<BasicBlock>(ValueNew);
  return Bodies.operands(*ValueOld, *ValueNew, *FunctionOld, *FunctionNew);
}

/// Assignments of one block happen at once, those of two blocks one after the
/// other, so they must come in the same portions.
bool Bisimulation::assignments(const Assignments &PhisOld,
                               const Assignments &PhisNew) {
  if (PhisOld.size() != PhisNew.size())
    return false;
  for (const auto &[BlockOld, BlockNew] : zip(PhisOld, PhisNew)) {
    if (BlockOld.size() != BlockNew.size())
      return false;
    for (const auto &[AssignOld, AssignNew] : zip(BlockOld, BlockNew))
      if (!bind(AssignOld.first, AssignNew.first) ||
          !values(AssignOld.second, AssignNew.second))
        return false;
  }
  return true;
}

/// From two points on until a fork, an end, or what has been compared before.
bool Bisimulation::stretch(Instruction *AtOld, Instruction *AtNew) {
  while (true) {
    Assignments PhisOld, PhisNew;
    AtOld = Old.settle(AtOld, PhisOld);
    AtNew = New.settle(AtNew, PhisNew);
    if (!AtOld || !AtNew || !assignments(PhisOld, PhisNew))
      return false;
    auto [It, Fresh] = Visited.try_emplace(AtOld, AtNew);
    if (!Fresh)
      return It->second == AtNew;
    std::vector<PassedOver> Ignored;
    if (AtOld->getOpcode() == AtNew->getOpcode() &&
        AtOld->getNumOperands() == AtNew->getNumOperands())
      Bodies.passOver(*AtOld, *AtNew, Ignored);
    if (!Bodies.operations(*AtOld, *AtNew) || !bind(AtOld, AtNew))
      return false;
    for (unsigned I = 0, E = AtOld->getNumOperands(); I != E; ++I)
      if (!values(AtOld->getOperand(I), AtNew->getOperand(I)))
        return false;
    if (AtOld->isTerminator())
      return edges(*AtOld->getParent(), *AtNew->getParent());
    AtOld = AtOld->getNextNode();
    AtNew = AtNew->getNextNode();
  }
}

bool Bisimulation::edges(BasicBlock &BlockOld, BasicBlock &BlockNew) {
  const Instruction *EndOld = BlockOld.getTerminator();
  const Instruction *EndNew = BlockNew.getTerminator();
  if (EndOld->getNumSuccessors() != EndNew->getNumSuccessors())
    return false;
  for (unsigned I = 0, E = EndOld->getNumSuccessors(); I != E; ++I) {
    Assignments PhisOld, PhisNew;
    Instruction *NextOld =
        Old.enter(BlockOld, *EndOld->getSuccessor(I), PhisOld);
    Instruction *NextNew =
        New.enter(BlockNew, *EndNew->getSuccessor(I), PhisNew);
    if (!NextOld || !NextNew || !assignments(PhisOld, PhisNew))
      return false;
    Work.push_back({NextOld, NextNew});
  }
  return true;
}

bool Bisimulation::run(CallBase &CallOld, CallBase &CallNew) {
  FunctionOld = CallOld.getFunction();
  FunctionNew = CallNew.getFunction();
  Bodies.equality().forgetMetadata();
  // What the callee returns is a value that the frame gets, not one that it
  // has: the calls themselves must agree in type.
  if (!bind(&CallOld, &CallNew) ||
      !stretch(CallOld.getNextNode(), CallNew.getNextNode()))
    return false;
  while (!Work.empty()) {
    auto [AtOld, AtNew] = Work.pop_back_val();
    if (!stretch(AtOld, AtNew))
      return false;
  }
  return liveIns(CallOld);
}

/// What the frame has at the call must be what the new version would have.
/// What is computed afterwards has been compared where it is computed; only
/// phis stand in no order and need more, if they may have a value already.
bool Bisimulation::liveIns(const CallBase &CallOld) {
  for (const auto &[ValueOld, ValueNew] : ToNew) {
    if (ValueOld == &CallOld)
      continue;
    const auto *DefOld = dyn_cast<Instruction>(ValueOld);
    if (DefOld && Visited.count(DefOld))
      continue;
    const auto *PhiOld = dyn_cast<PHINode>(ValueOld);
    const auto *PhiNew = dyn_cast<PHINode>(ValueNew);
    if (PhiOld && PhiNew && !Old.precedesCall(*PhiOld) &&
        !New.precedesCall(*PhiNew))
      continue;
    if (!Live.same(ValueOld, ValueNew))
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

std::vector<std::optional<unsigned>>
findStayingCalls(Function &Old, Function &New, const BodyComparison &Bodies) {
  const std::vector<CallBase *> CallsOld = callSites(Old);
  const std::vector<CallBase *> CallsNew = callSites(New);
  std::vector<std::optional<unsigned>> Opposites(CallsOld.size());
  if (callsSetjmp(Old) || callsSetjmp(New))
    return Opposites;
  const DominatorTree DominatorsOld(Old), DominatorsNew(New);
  LiveValues Live(Bodies, Old, New);
  std::vector<std::unique_ptr<Continuation>> RestsNew;
  for (CallBase *Call : CallsNew)
    RestsNew.push_back(std::make_unique<Continuation>(*Call, DominatorsNew));
  for (size_t I = 0; I != CallsOld.size(); ++I) {
    if (!isa<CallInst>(CallsOld[I]))
      continue;
    const Continuation RestOld(*CallsOld[I], DominatorsOld);
    for (size_t J = 0; J != CallsNew.size() && !Opposites[I]; ++J) {
      if (!isa<CallInst>(CallsNew[J]) ||
          !mayCorrespond(*CallsOld[I], *CallsNew[J], Bodies.equality()))
        continue;
      Live.standAt(*CallsOld[I], *CallsNew[J]);
      if (Live.objectsKeepKinds() &&
          Bisimulation(Bodies, Live, RestOld, *RestsNew[J])
              .run(*CallsOld[I], *CallsNew[J]))
        Opposites[I] = J;
    }
  }
  return Opposites;
}

} // namespace dsu
