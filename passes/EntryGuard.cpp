//===- EntryGuard.cpp - small functions check their slot ------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See EntryGuard.h.
//
//===----------------------------------------------------------------------===//

#include "EntryGuard.h"

#include "RuntimeABI.h"
#include "Selection.h"

#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace dsu {

/// Bodies of more instructions hide what an indirect branch costs.
static constexpr unsigned MostInstructions = 16;

/// Calls nothing but itself, and has no frame of variables.
static bool isSmallLeaf(const Function &F) {
  unsigned Count = 0;
  for (const BasicBlock &BB : F)
    for (const Instruction &I : BB) {
      if (isa<DbgInfoIntrinsic>(I) || isa<LifetimeIntrinsic>(I))
        continue;
      const auto *Call = dyn_cast<CallBase>(&I);
      if ((Call && Call->getCalledOperand() != &F) || isa<AllocaInst>(I) ||
          isa<IndirectBrInst>(I) || ++Count > MostInstructions)
        return false;
    }
  return true;
}

/// Something that is put at the entry, or right before it, by code generation.
static bool entryIsTaken(const Function &F) {
  for (const char *Name : {"patchable-function", "patchable-function-entry",
                           "patchable-function-prefix", "fentry-call",
                           "function-instrument", "split-stack"})
    if (F.hasFnAttribute(Name))
      return true;
  // What stands before the entry would take it out of a larger alignment.
  if (F.getAlign().valueOrOne() > Align(abi::DSU_GUARD_ALIGN))
    return true;
  if (F.hasFnAttribute(Attribute::Naked) || F.hasPrefixData() ||
      F.hasPrologueData() || F.hasMetadata(LLVMContext::MD_func_sanitize) ||
      F.hasMetadata(LLVMContext::MD_kcfi_type))
    return true;
  return F.getParent()->getModuleFlag("cf-protection-branch") != nullptr;
}

bool canGuardEntry(const Function &F) {
  return !isPreemptible(F) && !F.isInterposable() && !F.hasComdat() &&
         !entryIsTaken(F) && isSmallLeaf(F);
}

Constant *guardedBody(Function &F) {
  LLVMContext &Context = F.getContext();
  return ConstantExpr::getGetElementPtr(
      Type::getInt8Ty(Context), &F,
      ConstantInt::get(Type::getInt64Ty(Context), abi::DSU_GUARD_SIZE));
}

namespace {

/// Machine code around \p F.
class Code {
public:
  explicit Code(Function &F) : F(F), Context(F.getContext()) {}

  Code &bytes(ArrayRef<uint8_t> Bytes) {
    for (uint8_t Byte : Bytes)
      Parts.push_back(ConstantInt::get(Type::getInt8Ty(Context), Byte));
    return *this;
  }

  /// A distance of 32 bits from \p End, in bytes from F, to \p Target.
  Code &distance(Constant *Target, int64_t End) {
    Type *I64 = Type::getInt64Ty(Context);
    Constant *From = ConstantExpr::getGetElementPtr(
        Type::getInt8Ty(Context), &F, ConstantInt::getSigned(I64, End));
    Parts.push_back(ConstantExpr::getTrunc(
        ConstantExpr::getSub(ConstantExpr::getPtrToInt(Target, I64),
                             ConstantExpr::getPtrToInt(From, I64)),
        Type::getInt32Ty(Context)));
    return *this;
  }

  Constant *take() { return ConstantStruct::getAnon(Parts, /*Packed=*/true); }

private:
  Function &F;
  LLVMContext &Context;
  SmallVector<Constant *, 16> Parts;
};

} // namespace

void guardEntry(Function &F, Constant *Slot) {
  static_assert(abi::DSU_GUARD_SIZE & abi::DSU_GUARD_BIT);
  F.setAlignment(Align(abi::DSU_GUARD_ALIGN));
  // As long as that, so that the entry is aligned, too.
  F.setPrefixData(Code(F)
                      .bytes({0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc})
                      .bytes({0xff, 0x25}) // jmpq *slot(%rip)
                      .distance(Slot, -2)
                      .bytes({0xcc, 0xcc})
                      .take());
  F.setPrologueData(Code(F)
                        .bytes({0xf6, 0x05}) // testb $1, slot(%rip)
                        .distance(Slot, 7)
                        .bytes({abi::DSU_GUARD_BIT})
                        .bytes({0x74, 0xef}) // je f-8
                        .take());
}

} // namespace dsu
