//===- BodyComparison.cpp - are two function bodies the same code ---------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See BodyComparison.h.
//
//===----------------------------------------------------------------------===//

#include "BodyComparison.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace dsu {

unsigned sourceLine(const Instruction &I) {
  return I.getDebugLoc() ? I.getDebugLoc().getLine() : 0;
}

/// Visits both bodies in FunctionComparator's order.  False as soon as their
/// shapes differ or the visitor says so.
bool BodyComparison::walk(Function &Old, Function &New,
                          PairVisitor Visit) const {
  SmallVector<std::pair<BasicBlock *, BasicBlock *>, 16> Work;
  SmallPtrSet<BasicBlock *, 32> Seen;
  Work.push_back({&Old.getEntryBlock(), &New.getEntryBlock()});
  Seen.insert(&Old.getEntryBlock());
  while (!Work.empty()) {
    auto [BBOld, BBNew] = Work.pop_back_val();
    auto ItOld = BBOld->begin(), ItNew = BBNew->begin();
    for (; ItOld != BBOld->end() && ItNew != BBNew->end(); ++ItOld, ++ItNew)
      if (ItOld->getOpcode() != ItNew->getOpcode() ||
          ItOld->getNumOperands() != ItNew->getNumOperands() ||
          !Visit(*ItOld, *ItNew))
        return false;
    if (ItOld != BBOld->end() || ItNew != BBNew->end())
      return false;
    const Instruction *EndOld = BBOld->getTerminator();
    const Instruction *EndNew = BBNew->getTerminator();
    if (EndOld->getNumSuccessors() != EndNew->getNumSuccessors())
      return false;
    for (unsigned I = 0, E = EndOld->getNumSuccessors(); I != E; ++I)
      if (Seen.insert(EndOld->getSuccessor(I)).second)
        Work.push_back({EndOld->getSuccessor(I), EndNew->getSuccessor(I)});
  }
  return true;
}

void BodyComparison::passOver(Instruction &Old, Instruction &New,
                              std::vector<PassedOver> &Ignored) const {
  const unsigned LineOld = sourceLine(Old), LineNew = sourceLine(New);
  for (unsigned I = 0, E = Old.getNumOperands(); I != E; ++I) {
    Value *OpOld = Old.getOperand(I), *OpNew = New.getOperand(I);
    if (OpOld == OpNew || OpOld->getType() != OpNew->getType())
      continue;
    const auto *NumberOld = dyn_cast<ConstantInt>(OpOld);
    const auto *NumberNew = dyn_cast<ConstantInt>(OpNew);
    // Case values, array indexes, alignments and sizes are never __LINE__ in
    // a way that could be passed over: only values that are handed on.
    if (NumberOld && NumberNew && LineOld && LineNew &&
        (isa<CallBase>(Old) || isa<StoreInst>(Old)) &&
        !isa<IntrinsicInst>(Old) && NumberOld->getValue() == LineOld &&
        NumberNew->getValue() == LineNew) {
      New.setOperand(I, OpOld);
      Ignored.push_back(
          {PassedOver::Line, std::to_string(LineOld), std::to_string(LineNew)});
      continue;
    }
    StringRef TextOld, TextNew;
    if (getLiteral(OpOld, TextOld) && getLiteral(OpNew, TextNew) &&
        Versions.differOnlyByVersion(TextOld, TextNew)) {
      New.setOperand(I, OpOld);
      Ignored.push_back({PassedOver::Version, TextOld.str(), TextNew.str()});
    }
  }
}

/// What FunctionComparator::compareSignature leaves out.
bool BodyComparison::headers(const Function &Old, const Function &New) const {
  auto SameOperand = [&](bool HasOld, bool HasNew, auto Get) {
    return HasOld == HasNew && (!HasOld || Eq.constants(Get(Old), Get(New)));
  };
  return Eq.types(Old.getFunctionType(), New.getFunctionType()) &&
         Eq.attributes(Old.getAttributes(), New.getAttributes()) &&
         Old.getSection() == New.getSection() &&
         Old.getAlign() == New.getAlign() &&
         Old.getCallingConv() == New.getCallingConv() &&
         Old.hasGC() == New.hasGC() &&
         SameOperand(Old.hasPersonalityFn(), New.hasPersonalityFn(),
                     [](const Function &F) { return F.getPersonalityFn(); }) &&
         SameOperand(Old.hasPrefixData(), New.hasPrefixData(),
                     [](const Function &F) { return F.getPrefixData(); }) &&
         SameOperand(Old.hasPrologueData(), New.hasPrologueData(),
                     [](const Function &F) { return F.getPrologueData(); });
}

bool BodyComparison::calls(const CallBase &Old, const CallBase &New) const {
  if (!Eq.types(Old.getFunctionType(), New.getFunctionType()) ||
      Old.getCallingConv() != New.getCallingConv() ||
      !Eq.attributes(Old.getAttributes(), New.getAttributes()) ||
      Old.getNumOperandBundles() != New.getNumOperandBundles())
    return false;
  for (unsigned I = 0, E = Old.getNumOperandBundles(); I != E; ++I) {
    const OperandBundleUse A = Old.getOperandBundleAt(I);
    const OperandBundleUse B = New.getOperandBundleAt(I);
    if (A.getTagID() != B.getTagID() || A.Inputs.size() != B.Inputs.size())
      return false;
  }
  const auto *A = dyn_cast<CallInst>(&Old), *B = dyn_cast<CallInst>(&New);
  return !A || A->getTailCallKind() == B->getTailCallKind();
}

/// Parts of single kinds of instructions that are no operands.
/// FunctionComparator knows most of them, but not all, and the code that is
/// left to a frame (RemainingCode) is compared without it.
bool BodyComparison::specifics(const Instruction &Old,
                               const Instruction &New) const {
  if (const auto *A = dyn_cast<AllocaInst>(&Old)) {
    const auto *B = cast<AllocaInst>(&New);
    return Eq.types(A->getAllocatedType(), B->getAllocatedType()) &&
           A->getAlign() == B->getAlign() &&
           A->isUsedWithInAlloca() == B->isUsedWithInAlloca() &&
           A->isSwiftError() == B->isSwiftError();
  }
  if (const auto *A = dyn_cast<LoadInst>(&Old)) {
    const auto *B = cast<LoadInst>(&New);
    return A->isVolatile() == B->isVolatile() &&
           A->getAlign() == B->getAlign() &&
           A->getOrdering() == B->getOrdering() &&
           A->getSyncScopeID() == B->getSyncScopeID();
  }
  if (const auto *A = dyn_cast<StoreInst>(&Old)) {
    const auto *B = cast<StoreInst>(&New);
    return A->isVolatile() == B->isVolatile() &&
           A->getAlign() == B->getAlign() &&
           A->getOrdering() == B->getOrdering() &&
           A->getSyncScopeID() == B->getSyncScopeID();
  }
  if (const auto *A = dyn_cast<AtomicRMWInst>(&Old)) {
    const auto *B = cast<AtomicRMWInst>(&New);
    return A->getOperation() == B->getOperation() &&
           A->isVolatile() == B->isVolatile() &&
           A->getAlign() == B->getAlign() &&
           A->getOrdering() == B->getOrdering() &&
           A->getSyncScopeID() == B->getSyncScopeID();
  }
  if (const auto *A = dyn_cast<AtomicCmpXchgInst>(&Old)) {
    const auto *B = cast<AtomicCmpXchgInst>(&New);
    return A->isVolatile() == B->isVolatile() && A->isWeak() == B->isWeak() &&
           A->getAlign() == B->getAlign() &&
           A->getSuccessOrdering() == B->getSuccessOrdering() &&
           A->getFailureOrdering() == B->getFailureOrdering() &&
           A->getSyncScopeID() == B->getSyncScopeID();
  }
  if (const auto *A = dyn_cast<FenceInst>(&Old)) {
    const auto *B = cast<FenceInst>(&New);
    return A->getOrdering() == B->getOrdering() &&
           A->getSyncScopeID() == B->getSyncScopeID();
  }
  if (const auto *A = dyn_cast<CmpInst>(&Old))
    return A->getPredicate() == cast<CmpInst>(New).getPredicate();
  if (const auto *A = dyn_cast<GetElementPtrInst>(&Old))
    return Eq.types(A->getSourceElementType(),
                    cast<GetElementPtrInst>(New).getSourceElementType());
  if (const auto *A = dyn_cast<ExtractValueInst>(&Old))
    return A->getIndices() == cast<ExtractValueInst>(New).getIndices();
  if (const auto *A = dyn_cast<InsertValueInst>(&Old))
    return A->getIndices() == cast<InsertValueInst>(New).getIndices();
  if (const auto *A = dyn_cast<ShuffleVectorInst>(&Old))
    return A->getShuffleMask() == cast<ShuffleVectorInst>(New).getShuffleMask();
  if (const auto *A = dyn_cast<LandingPadInst>(&Old))
    return A->isCleanup() == cast<LandingPadInst>(New).isCleanup();
  if (const auto *A = dyn_cast<CallBase>(&Old))
    return calls(*A, cast<CallBase>(New));
  return true;
}

bool BodyComparison::operations(const Instruction &Old,
                                const Instruction &New) const {
  return Old.getOpcode() == New.getOpcode() &&
         Old.getNumOperands() == New.getNumOperands() &&
         Eq.types(Old.getType(), New.getType()) &&
         Old.hasSameSubclassOptionalData(&New) && specifics(Old, New) &&
         Eq.attachments(Old, New);
}

bool BodyComparison::operands(const Value &OpOld, const Value &OpNew,
                              const Function &Old, const Function &New) const {
  if (!Eq.types(OpOld.getType(), OpNew.getType()))
    return false;
  if (const auto *MD = dyn_cast<MetadataAsValue>(&OpOld)) {
    // Function-local metadata wraps values, which FunctionComparator cannot
    // number; nothing but debug information uses it.
    const auto *Other = dyn_cast<MetadataAsValue>(&OpNew);
    return Other && Eq.metadata(MD->getMetadata(), Other->getMetadata());
  }
  if (const auto *C = dyn_cast<Constant>(&OpOld)) {
    const auto *Other = dyn_cast<Constant>(&OpNew);
    const bool Recursion = C == &Old && Other == &New;
    return Other && (Recursion || Eq.constants(C, Other));
  }
  if (isa<InlineAsm>(OpOld))
    return &OpOld == &OpNew; // uniqued by content
  return !isa<Constant>(OpNew) && !isa<InlineAsm>(OpNew) &&
         !isa<MetadataAsValue>(OpNew);
}

bool BodyComparison::instructions(const Instruction &Old,
                                  const Instruction &New) const {
  if (!operations(Old, New))
    return false;
  for (unsigned I = 0, E = Old.getNumOperands(); I != E; ++I)
    if (!operands(*Old.getOperand(I), *New.getOperand(I), *Old.getFunction(),
                  *New.getFunction()))
      return false;
  return true;
}

bool BodyComparison::equal(Function &Old, Function &New,
                           std::vector<PassedOver> &Ignored) {
  Ignored.clear();
  if (!headers(Old, New))
    return false;
  if (!walk(Old, New, [&](Instruction &A, Instruction &B) {
        passOver(A, B, Ignored);
        return true;
      }))
    return false;
  Eq.forgetMetadata();
  if (!walk(Old, New,
            [&](Instruction &A, Instruction &B) { return instructions(A, B); }))
    return false;
  return FunctionComparator(&Old, &New, &Numbers).compare() == 0;
}

} // namespace dsu
