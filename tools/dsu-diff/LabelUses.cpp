//===- LabelUses.cpp - labels whose addresses are kept --------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See LabelUses.h.
//
//===----------------------------------------------------------------------===//

#include "LabelUses.h"

#include "ConstantUses.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace dsu {

namespace {

/// Follows addresses of labels, and those of tables that hold some.
class LabelUses {
public:
  explicit LabelUses(const Equality &Eq) : Eq(Eq) {}

  bool escape(const Function &F);

private:
  bool isHarmless(const User *U);
  void follow(const Value *V) {
    if (Seen.insert(V).second)
      Work.push_back(V);
  }

  const Equality &Eq;
  SmallVector<const Value *, 16> Work;
  SmallPtrSet<const Value *, 32> Seen;
};

} // namespace

bool LabelUses::isHarmless(const User *U) {
  if (const auto *Table = dyn_cast<GlobalVariable>(U)) {
    // What uses a table of both versions refers to one of them.
    const auto *Common = cast<GlobalVariable>(Eq.canonical(Table));
    follow(Table);
    follow(Common);
    return Table->isConstant() && !addressEscapes(*Table) &&
           !addressEscapes(*Common);
  }
  if (isa<IndirectBrInst, CmpInst>(U))
    return true;
  // Offsets from labels lead to code as well.
  if (isa<ConstantAggregate, ConstantExpr, GetElementPtrInst, PHINode,
          SelectInst, LoadInst, CastInst, BinaryOperator, FreezeInst>(U)) {
    follow(U);
    return true;
  }
  const auto *Store = dyn_cast<StoreInst>(U);
  if (!Store || !isa<AllocaInst>(Store->getPointerOperand()))
    return false;
  follow(Store->getPointerOperand()); // a variable of the frame
  return true;
}

bool LabelUses::escape(const Function &F) {
  for (const BasicBlock &Block : F)
    if (const auto *Address = BlockAddress::lookup(&Block))
      follow(Address);
  while (!Work.empty())
    for (const User *U : Work.pop_back_val()->users())
      if (!isHarmless(U))
        return true;
  return false;
}

bool labelsEscape(const Function &F, const Equality &Eq) {
  return LabelUses(Eq).escape(F);
}

bool jumpsToLabels(const Function &F) {
  return any_of(F, [](const BasicBlock &Block) {
    return isa<IndirectBrInst>(Block.getTerminator());
  });
}

} // namespace dsu
