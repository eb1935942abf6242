//===- Equality.cpp - structural equality of IR pieces --------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Equality.h.
//
//===----------------------------------------------------------------------===//

#include "Equality.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace dsu {

bool isAnonymousConstant(const GlobalVariable &GV) {
  // Only compilers make private constants, also such without unnamed_addr.
  return GV.isConstant() && GV.hasInitializer() && GV.hasPrivateLinkage() &&
         !GV.isThreadLocal();
}

const GlobalValue *Equality::canonical(const GlobalValue *GV) const {
  for (auto It = Class.find(GV); It != Class.end(); It = Class.find(GV))
    GV = It->second;
  return GV;
}

void Equality::unite(const GlobalValue *GV, const GlobalValue *Representative) {
  if (GV != Representative)
    Class[GV] = Representative;
}

void Equality::separate(const GlobalValue *GV) { Class.erase(GV); }

bool Equality::types(const Type *L, const Type *R) const {
  if (L == R)
    return true;
  if (L->getTypeID() != R->getTypeID() ||
      L->getNumContainedTypes() != R->getNumContainedTypes())
    return false;
  switch (L->getTypeID()) {
  case Type::StructTyID: {
    const auto *SL = cast<StructType>(L), *SR = cast<StructType>(R);
    if (SL->isOpaque() || SR->isOpaque())
      return SL->isOpaque() && SR->isOpaque() && SL->hasName() &&
             SR->hasName() && SL->getName() == SR->getName();
    if (SL->isPacked() != SR->isPacked())
      return false;
    break;
  }
  case Type::ArrayTyID:
    if (cast<ArrayType>(L)->getNumElements() !=
        cast<ArrayType>(R)->getNumElements())
      return false;
    break;
  case Type::FunctionTyID:
    if (cast<FunctionType>(L)->isVarArg() != cast<FunctionType>(R)->isVarArg())
      return false;
    break;
  default:
    // All other types are uniqued by content.
    return false;
  }
  for (unsigned I = 0, E = L->getNumContainedTypes(); I != E; ++I)
    if (!types(L->getContainedType(I), R->getContainedType(I)))
      return false;
  return true;
}

/// A block's place in its function; block addresses are compared by it.
static unsigned blockIndex(const BasicBlock *BB) {
  unsigned Index = 0;
  for (const BasicBlock &Other : *BB->getParent()) {
    if (&Other == BB)
      return Index;
    ++Index;
  }
  return Index;
}

bool Equality::blockAddresses(const BlockAddress *L,
                              const BlockAddress *R) const {
  return canonical(L->getFunction()) == canonical(R->getFunction()) &&
         blockIndex(L->getBasicBlock()) == blockIndex(R->getBasicBlock());
}

bool Equality::aggregates(const Constant *L, const Constant *R) const {
  if (L->getNumOperands() != R->getNumOperands())
    return false;
  for (unsigned I = 0, E = L->getNumOperands(); I != E; ++I)
    if (!constants(cast<Constant>(L->getOperand(I)),
                   cast<Constant>(R->getOperand(I))))
      return false;
  return true;
}

bool Equality::expressions(const Constant *L, const Constant *R) const {
  const auto *EL = cast<ConstantExpr>(L), *ER = cast<ConstantExpr>(R);
  if (EL->getOpcode() != ER->getOpcode() ||
      !EL->hasSameSubclassOptionalData(ER))
    return false;
  if (const auto *GL = dyn_cast<GEPOperator>(EL)) {
    const auto *GR = cast<GEPOperator>(ER);
    if (!types(GL->getSourceElementType(), GR->getSourceElementType()))
      return false;
    // An inrange annotation has no effect on code, but is rare enough to let
    // it count as a difference.
    if (GL->getInRange().has_value() != GR->getInRange().has_value())
      return false;
  }
  return aggregates(L, R);
}

bool Equality::constants(const Constant *L, const Constant *R) const {
  if (L == R)
    return true;
  if (L->getValueID() != R->getValueID()) {
    const auto *GL = dyn_cast<GlobalValue>(L), *GR = dyn_cast<GlobalValue>(R);
    return GL && GR && canonical(GL) == canonical(GR);
  }
  if (!types(L->getType(), R->getType()))
    return false;
  if (const auto *GL = dyn_cast<GlobalValue>(L))
    return canonical(GL) == canonical(cast<GlobalValue>(R));
  switch (L->getValueID()) {
  case Value::ConstantAggregateZeroVal:
  case Value::UndefValueVal:
  case Value::PoisonValueVal:
    return true; // of equal types
  case Value::ConstantArrayVal:
  case Value::ConstantStructVal:
  case Value::ConstantVectorVal:
  case Value::DSOLocalEquivalentVal:
  case Value::NoCFIValueVal:
    return aggregates(L, R);
  case Value::ConstantExprVal:
    return expressions(L, R);
  case Value::BlockAddressVal:
    return blockAddresses(cast<BlockAddress>(L), cast<BlockAddress>(R));
  default:
    return false; // uniqued by content: numbers, null pointers, data arrays
  }
}

hash_code Equality::hash(const Constant *C) const {
  if (const auto *GV = dyn_cast<GlobalValue>(C))
    return hash_value(canonical(GV));
  switch (C->getValueID()) {
  case Value::ConstantAggregateZeroVal:
  case Value::UndefValueVal:
  case Value::PoisonValueVal:
    return hash_combine(C->getValueID(), C->getType()->getTypeID(),
                        C->getType()->getNumContainedTypes());
  case Value::BlockAddressVal:
    return hash_combine(C->getValueID(),
                        blockIndex(cast<BlockAddress>(C)->getBasicBlock()));
  case Value::ConstantArrayVal:
  case Value::ConstantStructVal:
  case Value::ConstantVectorVal:
  case Value::DSOLocalEquivalentVal:
  case Value::NoCFIValueVal:
  case Value::ConstantExprVal: {
    hash_code H = hash_combine(C->getValueID(), C->getNumOperands());
    for (const Use &Op : C->operands())
      H = hash_combine(H, hash(cast<Constant>(Op)));
    return H;
  }
  default:
    return hash_value(C);
  }
}

bool Equality::attributes(const AttributeList &L,
                          const AttributeList &R) const {
  if (L == R)
    return true;
  if (L.getNumAttrSets() != R.getNumAttrSets())
    return false;
  for (unsigned Index : L.indexes()) {
    AttributeSet SL = L.getAttributes(Index), SR = R.getAttributes(Index);
    if (SL.getNumAttributes() != SR.getNumAttributes())
      return false;
    for (auto IL = SL.begin(), IR = SR.begin(); IL != SL.end(); ++IL, ++IR) {
      if (*IL == *IR)
        continue;
      // byval, sret and elementtype name struct types.
      if (!IL->isTypeAttribute() || !IR->isTypeAttribute() ||
          IL->getKindAsEnum() != IR->getKindAsEnum() || !IL->getValueAsType() ||
          !IR->getValueAsType() ||
          !types(IL->getValueAsType(), IR->getValueAsType()))
        return false;
    }
  }
  return true;
}

bool Equality::metadata(const Metadata *L, const Metadata *R) const {
  if (L == R)
    return true;
  if (!L || !R || L->getMetadataID() != R->getMetadataID())
    return false;
  if (const auto *CL = dyn_cast<ConstantAsMetadata>(L))
    return constants(CL->getValue(), cast<ConstantAsMetadata>(R)->getValue());
  const auto *NL = dyn_cast<MDNode>(L), *NR = dyn_cast<MDNode>(R);
  if (!NL || !NR)
    return false;
  // Where a loop begins in the source is no property of the code.
  if (isa<DILocation>(NL))
    return true;
  if (NL->getNumOperands() != NR->getNumOperands() ||
      NL->isDistinct() != NR->isDistinct())
    return false;
  auto [ItL, NewL] = NodesL.try_emplace(NL, NR);
  auto [ItR, NewR] = NodesR.try_emplace(NR, NL);
  if (!NewL || !NewR)
    return ItL->second == NR && (!NL->isDistinct() || ItR->second == NL);
  for (unsigned I = 0, E = NL->getNumOperands(); I != E; ++I)
    if (!metadata(NL->getOperand(I), NR->getOperand(I)))
      return false;
  return true;
}

/// Attachments that only debuggers, diagnostics and block placement read.
static bool isImmaterial(unsigned Kind, const LLVMContext &Ctx) {
  return Kind == LLVMContext::MD_dbg || Kind == LLVMContext::MD_prof ||
         Kind == LLVMContext::MD_DIAssignID ||
         Kind == Ctx.getMDKindID("srcloc") ||
         Kind == Ctx.getMDKindID("heapallocsite");
}

bool Equality::attachments(const Instruction &L, const Instruction &R) const {
  SmallVector<std::pair<unsigned, MDNode *>, 8> ML, MR;
  L.getAllMetadataOtherThanDebugLoc(ML);
  R.getAllMetadataOtherThanDebugLoc(MR);
  auto Immaterial = [&](const std::pair<unsigned, MDNode *> &Attachment) {
    return isImmaterial(Attachment.first, L.getContext());
  };
  erase_if(ML, Immaterial);
  erase_if(MR, Immaterial);
  if (ML.size() != MR.size())
    return false;
  for (auto [AL, AR] : zip(ML, MR))
    if (AL.first != AR.first || !metadata(AL.second, AR.second))
      return false;
  return true;
}

} // namespace dsu
