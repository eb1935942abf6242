//===- LiveValues.cpp - which values of two frames are the same -----------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See LiveValues.h.
//
//===----------------------------------------------------------------------===//

#include "LiveValues.h"

#include "DebugTypes.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace dsu {

LiveValues::LiveValues(const BodyComparison &Bodies, const Function &Old,
                       const Function &New)
    : Bodies(Bodies), Old(Old), New(New), NamesOld(namesOf(Old)),
      NamesNew(namesOf(New)), ObjectsOld(objectsOf(Old)),
      ObjectsNew(objectsOf(New)) {}

/// How many blocks a variable is in.
static unsigned blockDepth(const DILocalVariable &Variable) {
  unsigned Depth = 0;
  for (const DIScope *S = Variable.getScope();
       isa_and_nonnull<DILexicalBlockBase>(S); S = S->getScope())
    ++Depth;
  return Depth;
}

/// The variables that a value is, or that live at the address that it is.
LiveValues::NameTable LiveValues::namesOf(const Function &F) {
  NameTable Table;
  for (const Instruction &I : instructions(F))
    for (DbgVariableRecord &Record : filterDbgVars(I.getDbgRecordRange())) {
      if (Record.getDebugLoc().getInlinedAt() ||
          Record.getNumVariableLocationOps() != 1 ||
          Record.getExpression()->getNumElements() != 0)
        continue;
      const Value *V = Record.getVariableLocationOp(0);
      const DILocalVariable *Variable = Record.getVariable();
      if (!V || isa<Constant>(V) || Variable->isArtificial())
        continue; // the length of an array has a name of clang's
      Table[V].insert({Variable->getName().str() + ":" +
                           typeName(Variable->getType()) + ":" +
                           std::to_string(blockDepth(*Variable)) +
                           (Record.isDbgDeclare() ? "&" : ""),
                       Record.isDbgDeclare() ? nullptr : Variable});
    }
  return Table;
}

/// The last record before \p I, in its block, of what a variable is.
static DbgVariableRecord *lastRecord(const Instruction *I,
                                     const DILocalVariable &Variable) {
  for (; I; I = I->getPrevNode())
    for (DbgVariableRecord &Record :
         reverse(filterDbgVars(I->getDbgRecordRange())))
      if (Record.getVariable() == &Variable &&
          !Record.getDebugLoc().getInlinedAt())
        return &Record;
  return nullptr;
}

/// Whether a variable is \p V when the call is made, on whatever way.
static bool isValueAt(const CallBase &Call, const DILocalVariable &Variable,
                      const Value &V) {
  SmallVector<const Instruction *, 8> Work{&Call};
  SmallPtrSet<const BasicBlock *, 16> Seen;
  while (!Work.empty()) {
    const Instruction *I = Work.pop_back_val();
    if (DbgVariableRecord *Record = lastRecord(I, Variable)) {
      if (Record->getNumVariableLocationOps() != 1 ||
          Record->getVariableLocationOp(0) != &V ||
          Record->getExpression()->getNumElements() != 0)
        return false;
      continue;
    }
    if (pred_empty(I->getParent()))
      return false;
    for (const BasicBlock *BB : predecessors(I->getParent()))
      if (Seen.insert(BB).second)
        Work.push_back(BB->getTerminator());
  }
  return true;
}

std::set<std::string> LiveValues::namesAt(const CallBase &Call, const Value &V,
                                          const NameTable &Table) {
  std::set<std::string> Result;
  if (auto Found = Table.find(&V); Found != Table.end())
    for (const auto &[Text, Variable] : Found->second)
      if (!Variable || isValueAt(Call, *Variable, V))
        Result.insert(Text);
  return Result;
}

/// The objects in which variables live, those of inlined functions too.
LiveValues::ObjectTable LiveValues::objectsOf(const Function &F) {
  ObjectTable Table;
  for (const Instruction &I : instructions(F))
    for (DbgVariableRecord &Record : filterDbgVars(I.getDbgRecordRange())) {
      // Without LTO, clang notes at assignments where the variable is.
      const bool IsAssign = Record.isDbgAssign();
      if (!IsAssign && Record.getNumVariableLocationOps() != 1)
        continue;
      const auto *Object = dyn_cast_or_null<AllocaInst>(
          IsAssign ? Record.getAddress() : Record.getVariableLocationOp(0));
      const ArrayRef<uint64_t> Address =
          (IsAssign ? Record.getAddressExpression() : Record.getExpression())
              ->getElements();
      const bool IsDeref =
          Address.size() == 1 && Address[0] == dwarf::DW_OP_deref;
      if (!Object ||
          !(IsAssign || Record.isDbgDeclare() ? Address.empty() : IsDeref))
        continue;
      const DILocalVariable *Variable = Record.getVariable();
      const DISubprogram *Owner = Variable->getScope()->getSubprogram();
      Table[(Owner ? Owner->getName().str() : "") + ":" +
            Variable->getName().str() + ":" +
            std::to_string(blockDepth(*Variable))]
          .insert(Object);
    }
  return Table;
}

/// Whether code can treat the one local variable as if it were the other.
bool LiveValues::sameKind(const AllocaInst &ObjectOld,
                          const AllocaInst &ObjectNew) {
  return Bodies.equality().types(ObjectOld.getAllocatedType(),
                                 ObjectNew.getAllocatedType()) &&
         ObjectOld.getAlign() >= ObjectNew.getAlign() &&
         same(ObjectOld.getArraySize(), ObjectNew.getArraySize());
}

/// The local variables that a value may point into.
static SmallVector<const AllocaInst *, 2> targetsOf(const Value *Pointer) {
  SmallVector<const AllocaInst *, 2> Result;
  if (!Pointer->getType()->isPointerTy())
    return Result;
  SmallVector<const Value *, 4> Objects;
  getUnderlyingObjects(Pointer, Objects, nullptr, /*MaxLookup=*/0);
  for (const Value *Object : Objects)
    if (const auto *Local = dyn_cast<AllocaInst>(Object))
      Result.push_back(Local);
  return Result;
}

bool LiveValues::sameTargets(const Value *PointerOld, const Value *PointerNew) {
  const auto TargetsOld = targetsOf(PointerOld);
  const auto TargetsNew = targetsOf(PointerNew);
  return all_of(TargetsOld,
                [&](const AllocaInst *ObjectOld) {
                  return any_of(TargetsNew, [&](const AllocaInst *ObjectNew) {
                    return sameKind(*ObjectOld, *ObjectNew);
                  });
                }) &&
         (!TargetsOld.empty() || TargetsNew.empty());
}

/// Whether anybody but the function itself may have the address of one of its
/// local variables: what was stored or passed on, or is passed to \p Current.
static bool isKnownToOthers(const AllocaInst &Object, const CallBase &Current) {
  SmallVector<const Value *, 8> Work{&Object};
  SmallPtrSet<const Value *, 16> Seen;
  while (!Work.empty()) {
    const Value *Pointer = Work.pop_back_val();
    if (!Seen.insert(Pointer).second)
      continue;
    for (const Use &U : Pointer->uses()) {
      const auto *I = cast<Instruction>(U.getUser());
      if (isa<LoadInst>(I) || isa<CmpInst>(I) || isa<MemIntrinsic>(I) ||
          I->isLifetimeStartOrEnd())
        continue;
      if (isa<GetElementPtrInst>(I) || isa<PHINode>(I) || isa<SelectInst>(I)) {
        Work.push_back(I);
        continue;
      }
      if (const auto *Store = dyn_cast<StoreInst>(I);
          Store && Store->getValueOperand() != Pointer)
        continue;
      const auto *Call = dyn_cast<CallBase>(I);
      if (Call && Call != &Current && Call->isArgOperand(&U) &&
          Call->doesNotCapture(Call->getArgOperandNo(&U)))
        continue;
      return true;
    }
  }
  return false;
}

void LiveValues::standAt(const CallBase &AtOld, const CallBase &AtNew) {
  CallOld = &AtOld;
  CallNew = &AtNew;
  Known.clear();
}

bool LiveValues::objectsKeepKinds() {
  return all_of(ObjectsOld, [&](const auto &Entry) {
    const auto Now = ObjectsNew.find(Entry.first);
    if (Now == ObjectsNew.end())
      return true; // new code has no variable to take it for
    auto HasOld = [&](const AllocaInst *ObjectNew) {
      return any_of(Entry.second, [&](const AllocaInst *ObjectOld) {
        return sameKind(*ObjectOld, *ObjectNew);
      });
    };
    auto HasNew = [&](const AllocaInst *ObjectOld) {
      return any_of(Now->second, [&](const AllocaInst *ObjectNew) {
        return sameKind(*ObjectOld, *ObjectNew);
      });
    };
    // What is known in the new version alone counts for frames that an earlier
    // patch has let stay, in which it may have been known.
    return all_of(Entry.second,
                  [&](const AllocaInst *ObjectOld) {
                    return !isKnownToOthers(*ObjectOld, *CallOld) ||
                           HasNew(ObjectOld);
                  }) &&
           all_of(Now->second, [&](const AllocaInst *ObjectNew) {
             return !isKnownToOthers(*ObjectNew, *CallNew) || HasOld(ObjectNew);
           });
  });
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
  const auto TextsOld = namesAt(*CallOld, *ValueOld, NamesOld);
  const auto TextsNew = namesAt(*CallNew, *ValueNew, NamesNew);
  bool Result;
  if (!TextsOld.empty() && !TextsNew.empty())
    Result = any_of(TextsOld, [&](const std::string &Text) {
      return TextsNew.count(Text);
    });
  else
    Result = computedAlike(*DefOld, *DefNew);
  Result = Result && sameTargets(ValueOld, ValueNew);
  // What was concluded on the way rests on an assumption that failed.
  if (--Depth == 0 && !Result)
    Known.clear();
  return Known[{ValueOld, ValueNew}] = Result;
}

} // namespace dsu
