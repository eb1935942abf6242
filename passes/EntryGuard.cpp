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

#include <vector>

using namespace llvm;

namespace dsu {

/// Bodies of more instructions hide what an indirect branch costs.
static constexpr unsigned MostInstructions = 16;

/// What a stricter alignment would cost in bytes is more than a guard is worth.
static constexpr Align StrictestAlignment = Align::Constant<64>();

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
  for (const char *Name :
       {"patchable-function", "patchable-function-entry",
        "patchable-function-prefix", "fentry-call", "function-instrument",
        "no_caller_saved_registers", "split-stack"})
    if (F.hasFnAttribute(Name))
      return true;
  if (F.hasFnAttribute(Attribute::Naked) || F.hasPrefixData() ||
      F.hasPrologueData() || F.hasMetadata(LLVMContext::MD_func_sanitize) ||
      F.hasMetadata(LLVMContext::MD_kcfi_type))
    return true;
  return F.getParent()->getModuleFlag("cf-protection-branch") != nullptr;
}

bool canGuardEntry(const Function &F) {
  const CallingConv::ID Convention = F.getCallingConv();
  return (Convention == CallingConv::C || Convention == CallingConv::Fast) &&
         F.getAlign().valueOrOne() <= StrictestAlignment && !isPreemptible(F) &&
         !F.isInterposable() && !F.hasComdat() && !entryIsTaken(F) &&
         isSmallLeaf(F);
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
  const Align Alignment = std::max(Align(16), F.getAlign().valueOrOne());
  F.setAlignment(Alignment);
  // As long as the alignment, which is that of the prefix: so the entry has it,
  // too.
  const std::vector<uint8_t> Padding(Alignment.value() - abi::DSU_GUARD_JUMP,
                                     0xcc);
  F.setPrefixData(Code(F)
                      .bytes(Padding)
                      .bytes({0xff, 0x25}) // jmpq *slot(%rip)
                      .distance(Slot, -2)
                      .bytes({0xcc, 0xcc})
                      .take());
  F.setPrologueData(Code(F)
                        .bytes({0x4c, 0x8d, 0x1d, 9, 0, 0, 0}) // leaq, %r11
                        .bytes({0x4c, 0x3b, 0x1d}) // cmpq slot(%rip), %r11
                        .distance(Slot, 14)
                        .bytes({0x75, 0xe8}) // jne f-8
                        .take());
}

} // namespace dsu
