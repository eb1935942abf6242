//===- ConstantUses.cpp - who may know a constant's address ---------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See ConstantUses.h.  Pointers are followed forward through what computes them
// and into the arguments of functions of the program; what is not known to be
// harmless is not.
//
//===----------------------------------------------------------------------===//

#include "ConstantUses.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace dsu {

namespace {

class AddressUses {
public:
  explicit AddressUses(const GlobalVariable &GV) : GV(GV) {}

  bool escapes();

private:
  bool isHarmless(const Use &U);
  bool isHarmlessArgument(const CallBase &Call, const Use &U);
  bool isWithinObject(const CmpInst &Compare) const;
  void follow(const Value *V) {
    if (Seen.insert(V).second)
      Work.push_back(V);
  }

  const GlobalVariable &GV;
  SmallVector<const Value *, 16> Work;
  SmallPtrSet<const Value *, 32> Seen;
};

} // namespace

/// Arguments of "...", which are read and forgotten.
static bool onlyPrints(const Function &F) {
  static const StringSet<> Known = {
      "printf",        "fprintf",        "dprintf",       "sprintf",
      "snprintf",      "__printf_chk",   "__fprintf_chk", "__dprintf_chk",
      "__sprintf_chk", "__snprintf_chk", "syslog",        "__syslog_chk"};
  return F.isDeclaration() && Known.contains(F.getName());
}

bool AddressUses::isHarmlessArgument(const CallBase &Call, const Use &U) {
  if (!Call.isArgOperand(&U))
    return false; // called, or in a bundle
  const unsigned Number = Call.getArgOperandNo(&U);
  const auto *Callee = dyn_cast<Function>(Call.getCalledOperand());
  if (!Callee || Callee->getFunctionType() != Call.getFunctionType())
    return false;
  if (const auto *Copy = dyn_cast<MemTransferInst>(&Call))
    return &Copy->getRawSourceUse() == &U;
  if (Number >= Callee->arg_size())
    return onlyPrints(*Callee);
  if (Call.doesNotCapture(Number))
    return true;
  if (!Callee->hasExactDefinition())
    return false;
  follow(Callee->getArg(Number));
  return true;
}

/// llvm.used and its kind, which nobody can read.
static bool isCompilersList(const User *U) {
  const auto *List = dyn_cast<GlobalVariable>(U);
  return List && List->getName().starts_with("llvm.");
}

/// The end of a table is no address that anybody keeps.
bool AddressUses::isWithinObject(const CmpInst &Compare) const {
  for (const Value *Operand : Compare.operands()) {
    SmallVector<const Value *, 4> Objects;
    getUnderlyingObjects(Operand, Objects);
    if (any_of(Objects, [&](const Value *Object) { return Object != &GV; }))
      return false;
  }
  return true;
}

bool AddressUses::isHarmless(const Use &U) {
  const User *User = U.getUser();
  if (isa<ConstantAggregate>(User))
    return all_of(User->users(), isCompilersList);
  if (isa<ConstantExpr>(User)) {
    if (!User->getType()->isPointerTy())
      return false;
    follow(User);
    return true;
  }
  const auto *I = dyn_cast<Instruction>(User);
  if (!I)
    return false; // in the initial value of something
  if (isa<LoadInst>(I))
    return true;
  if (isa<GetElementPtrInst, PHINode, SelectInst, AddrSpaceCastInst,
          FreezeInst>(I)) {
    follow(I);
    return true;
  }
  if (const auto *Compare = dyn_cast<CmpInst>(I))
    return isWithinObject(*Compare);
  const auto *Call = dyn_cast<CallBase>(I);
  return Call && isHarmlessArgument(*Call, U);
}

bool AddressUses::escapes() {
  follow(&GV);
  while (!Work.empty())
    for (const Use &U : Work.pop_back_val()->uses())
      if (!isHarmless(U))
        return true;
  return false;
}

bool addressEscapes(const GlobalVariable &GV) {
  return AddressUses(GV).escapes();
}

} // namespace dsu
