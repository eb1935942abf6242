//===- FunctionHash.cpp - hash of a function's body -----------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The function is written to a buffer as a sequence of words that mean the same
// in every module, and the buffer is hashed.
//
//===----------------------------------------------------------------------===//

#include "FunctionHash.h"

#include "Identity.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"
#include "llvm/Support/xxhash.h"

using namespace llvm;

namespace dsu {

namespace {

/// Serializes one function.
class Serializer {
public:
  explicit Serializer(const Function &F) : F(F) {}

  ArrayRef<uint8_t> run();

private:
  void word(uint64_t Value);
  void text(StringRef Text);
  void type(const Type *T);
  void attributes(AttributeList List);
  void value(const Value *V);
  void constant(const Constant *C);
  void global(const GlobalValue &GV);
  void metadataOperand(const Metadata *MD);
  void inlineAsm(const InlineAsm &Asm);
  void instruction(const Instruction &I);
  void details(const Instruction &I);
  void call(const CallBase &Call);

  const Function &F;
  SmallVector<uint8_t, 0> Bytes;
  DenseMap<const Value *, unsigned> Locals;
  SmallPtrSet<const Value *, 8>
      Open; // constants whose content is being written
  SmallPtrSet<const llvm::Type *, 8> OpenTypes;
};

} // namespace

void Serializer::word(uint64_t Value) {
  for (unsigned Byte = 0; Byte < 8; ++Byte)
    Bytes.push_back(uint8_t(Value >> (8 * Byte)));
}

void Serializer::text(StringRef Text) {
  word(Text.size());
  Bytes.append(Text.bytes_begin(), Text.bytes_end());
}

/// By structure: links number the names of structs.
void Serializer::type(const Type *T) {
  word(T->getTypeID());
  if (!OpenTypes.insert(T).second)
    return;
  if (const auto *Int = dyn_cast<IntegerType>(T)) {
    word(Int->getBitWidth());
  } else if (const auto *Array = dyn_cast<ArrayType>(T)) {
    word(Array->getNumElements());
  } else if (const auto *Vector = dyn_cast<VectorType>(T)) {
    word(Vector->getElementCount().getKnownMinValue());
  } else if (const auto *Struct = dyn_cast<StructType>(T)) {
    word(Struct->isPacked());
  } else if (const auto *Pointer = dyn_cast<PointerType>(T)) {
    word(Pointer->getAddressSpace());
  } else if (const auto *Function = dyn_cast<FunctionType>(T)) {
    word(Function->isVarArg());
  }
  word(T->getNumContainedTypes());
  for (const llvm::Type *Part : T->subtypes())
    type(Part);
  OpenTypes.erase(T);
}

void Serializer::attributes(AttributeList List) {
  for (unsigned Index : List.indexes()) {
    AttributeSet Set = List.getAttributes(Index);
    word(Index);
    word(Set.getNumAttributes());
    for (Attribute A : Set) {
      if (A.isTypeAttribute()) {
        word(A.getKindAsEnum());
        type(A.getValueAsType());
      } else {
        text(A.getAsString());
      }
    }
  }
}

void Serializer::global(const GlobalValue &GV) {
  if (&GV == &F)
    return text("self");
  const auto *GO = dyn_cast<GlobalObject>(&GV);
  std::string Identity = GO ? identityOf(*GO) : GV.getName().str();
  if (!Identity.empty())
    return text(Identity);
  const auto *Var = dyn_cast<GlobalVariable>(&GV);
  if (!Var || !Var->isConstant() || !Var->hasInitializer() ||
      !Open.insert(Var).second)
    return type(GV.getValueType());
  word(Var->getAlign().valueOrOne().value());
  constant(Var->getInitializer());
  Open.erase(Var);
}

void Serializer::constant(const Constant *C) {
  word(C->getValueID());
  type(C->getType());
  if (const auto *GV = dyn_cast<GlobalValue>(C))
    return global(*GV);
  if (const auto *Int = dyn_cast<ConstantInt>(C)) {
    const APInt &Value = Int->getValue();
    for (unsigned N = 0; N < Value.getNumWords(); ++N)
      word(Value.getRawData()[N]);
    return;
  }
  if (const auto *FP = dyn_cast<ConstantFP>(C)) {
    APInt Value = FP->getValueAPF().bitcastToAPInt();
    for (unsigned N = 0; N < Value.getNumWords(); ++N)
      word(Value.getRawData()[N]);
    return;
  }
  if (const auto *Data = dyn_cast<ConstantDataSequential>(C))
    return text(Data->getRawDataValues());
  if (const auto *Address = dyn_cast<BlockAddress>(C)) {
    global(*Address->getFunction());
    unsigned Index = 0;
    for (const BasicBlock &BB : *Address->getFunction()) {
      if (&BB == Address->getBasicBlock())
        break;
      ++Index;
    }
    return word(Index);
  }
  if (const auto *Expr = dyn_cast<ConstantExpr>(C)) {
    word(Expr->getOpcode());
    word(Expr->getRawSubclassOptionalData());
    if (const auto *GEP = dyn_cast<GEPOperator>(Expr))
      type(GEP->getSourceElementType());
  }
  word(C->getNumOperands());
  for (const Use &Operand : C->operands())
    constant(cast<Constant>(Operand));
}

/// Names of registers and the like; other metadata does not count.
void Serializer::metadataOperand(const Metadata *MD) {
  if (const auto *String = dyn_cast<MDString>(MD))
    text(String->getString());
  else if (const auto *Tuple = dyn_cast<MDTuple>(MD))
    for (const MDOperand &Operand : Tuple->operands())
      if (const auto *Part = dyn_cast_or_null<MDString>(Operand))
        text(Part->getString());
}

void Serializer::inlineAsm(const InlineAsm &Asm) {
  text(Asm.getAsmString());
  text(Asm.getConstraintString());
  word(Asm.hasSideEffects());
  word(Asm.isAlignStack());
  word(Asm.getDialect());
  word(Asm.canThrow());
}

void Serializer::value(const Value *V) {
  word(V->getValueID());
  if (const auto *C = dyn_cast<Constant>(V))
    constant(C);
  else if (const auto *Asm = dyn_cast<InlineAsm>(V))
    inlineAsm(*Asm);
  else if (const auto *MD = dyn_cast<MetadataAsValue>(V))
    metadataOperand(MD->getMetadata());
  else
    word(Locals.lookup(V));
}

void Serializer::call(const CallBase &Call) {
  type(Call.getFunctionType());
  word(Call.getCallingConv());
  attributes(Call.getAttributes());
  if (const auto *Plain = dyn_cast<CallInst>(&Call))
    word(Plain->getTailCallKind());
  for (unsigned N = 0; N < Call.getNumOperandBundles(); ++N)
    text(Call.getOperandBundleAt(N).getTagName());
}

/// What the operands do not tell.
void Serializer::details(const Instruction &I) {
  if (const auto *Call = dyn_cast<CallBase>(&I))
    return call(*Call);
  if (const auto *Cmp = dyn_cast<CmpInst>(&I))
    return word(Cmp->getPredicate());
  if (const auto *GEP = dyn_cast<GetElementPtrInst>(&I))
    return type(GEP->getSourceElementType());
  if (const auto *Phi = dyn_cast<PHINode>(&I)) {
    for (const BasicBlock *BB : Phi->blocks())
      word(Locals.lookup(BB));
  } else if (const auto *Alloca = dyn_cast<AllocaInst>(&I)) {
    type(Alloca->getAllocatedType());
    word(Alloca->getAlign().value());
    word(Alloca->isUsedWithInAlloca());
  } else if (const auto *Load = dyn_cast<LoadInst>(&I)) {
    word(Load->getAlign().value());
    word(Load->isVolatile());
    word(uint64_t(Load->getOrdering()));
    word(Load->getSyncScopeID());
  } else if (const auto *Store = dyn_cast<StoreInst>(&I)) {
    word(Store->getAlign().value());
    word(Store->isVolatile());
    word(uint64_t(Store->getOrdering()));
    word(Store->getSyncScopeID());
  } else if (const auto *RMW = dyn_cast<AtomicRMWInst>(&I)) {
    word(RMW->getOperation());
    word(RMW->getAlign().value());
    word(RMW->isVolatile());
    word(uint64_t(RMW->getOrdering()));
    word(RMW->getSyncScopeID());
  } else if (const auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I)) {
    word(Exchange->getAlign().value());
    word(Exchange->isVolatile());
    word(Exchange->isWeak());
    word(uint64_t(Exchange->getSuccessOrdering()));
    word(uint64_t(Exchange->getFailureOrdering()));
    word(Exchange->getSyncScopeID());
  } else if (const auto *Fence = dyn_cast<FenceInst>(&I)) {
    word(uint64_t(Fence->getOrdering()));
    word(Fence->getSyncScopeID());
  } else if (const auto *Extract = dyn_cast<ExtractValueInst>(&I)) {
    for (unsigned Index : Extract->indices())
      word(Index);
  } else if (const auto *Insert = dyn_cast<InsertValueInst>(&I)) {
    for (unsigned Index : Insert->indices())
      word(Index);
  } else if (const auto *Shuffle = dyn_cast<ShuffleVectorInst>(&I)) {
    for (int Element : Shuffle->getShuffleMask())
      word(uint64_t(Element));
  } else if (const auto *Pad = dyn_cast<LandingPadInst>(&I)) {
    word(Pad->isCleanup());
  }
}

void Serializer::instruction(const Instruction &I) {
  word(I.getOpcode());
  type(I.getType());
  word(I.getRawSubclassOptionalData());
  details(I);
  word(I.getNumOperands());
  for (const Use &Operand : I.operands())
    value(Operand);
}

ArrayRef<uint8_t> Serializer::run() {
  type(F.getFunctionType());
  attributes(F.getAttributes());
  word(F.getCallingConv());
  text(F.hasGC() ? F.getGC() : "");
  text(F.getSection());
  if (F.hasPersonalityFn())
    constant(F.getPersonalityFn());
  for (const Argument &Arg : F.args())
    Locals[&Arg] = Locals.size();
  for (const BasicBlock &BB : F) {
    Locals[&BB] = Locals.size();
    for (const Instruction &I : BB)
      if (!I.isDebugOrPseudoInst())
        Locals[&I] = Locals.size();
  }
  for (const BasicBlock &BB : F) {
    word(Locals.lookup(&BB));
    for (const Instruction &I : BB)
      if (!I.isDebugOrPseudoInst())
        instruction(I);
  }
  return Bytes;
}

uint64_t functionHash(const Function &F) {
  Serializer S(F);
  return xxh3_64bits(S.run());
}

} // namespace dsu
