//===- EntryRedirect.cpp - functions that are redirected at their entry ---===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See EntryRedirect.h.
//
//===----------------------------------------------------------------------===//

#include "EntryRedirect.h"

#include "RuntimeABI.h"
#include "Selection.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace dsu {

/// Something that is put at the entry, or right before it, by code generation.
static bool entryIsTaken(const Function &F) {
  for (const char *Name : {"patchable-function", "patchable-function-entry",
                           "patchable-function-prefix", "fentry-call",
                           "function-instrument", "split-stack"})
    if (F.hasFnAttribute(Name))
      return true;
  // What stands before the entry would take it out of a larger alignment.
  if (F.getAlign().valueOrOne() > Align(abi::DSU_ENTRY_ALIGN))
    return true;
  if (F.hasFnAttribute(Attribute::Naked) || F.hasPrefixData() ||
      F.hasPrologueData() || F.hasMetadata(LLVMContext::MD_func_sanitize) ||
      F.hasMetadata(LLVMContext::MD_kcfi_type))
    return true;
  // endbr64 would have to stay the first instruction.
  return F.getParent()->getModuleFlag("cf-protection-branch") != nullptr;
}

bool canRedirectEntry(const Function &F) {
  return !F.hasFnAttribute(abi::DSU_ATTR_THROUGH_SLOT) && !isPreemptible(F) &&
         !isExported(F) && !F.isInterposable() && !F.hasComdat() &&
         !entryIsTaken(F);
}

/// A distance of 32 bits from \p End, in bytes from \p F, to \p Target.
static Constant *distance(Function &F, int64_t End, Constant *Target) {
  LLVMContext &Context = F.getContext();
  Type *I64 = Type::getInt64Ty(Context);
  Constant *From = ConstantExpr::getGetElementPtr(
      Type::getInt8Ty(Context), &F, ConstantInt::getSigned(I64, End));
  return ConstantExpr::getTrunc(
      ConstantExpr::getSub(ConstantExpr::getPtrToInt(Target, I64),
                           ConstantExpr::getPtrToInt(From, I64)),
      Type::getInt32Ty(Context));
}

/// Whether the code may be a single byte (a return), or none at all.
static bool isTiny(const Function &F) {
  unsigned Count = 0;
  for (const Instruction &I : instructions(F)) {
    const auto *Call = dyn_cast<CallBase>(&I);
    if (Call && !Call->isInlineAsm() && !isa<IntrinsicInst>(Call))
      return false;
    const auto *Branch = dyn_cast<BranchInst>(&I);
    Count +=
        !isa<DbgInfoIntrinsic>(I) && !(Branch && Branch->isUnconditional());
  }
  return Count < 4;
}

/// Whether a table may lead to a loop that begins right at the entry.
static bool hasJumpTable(const Function &F) {
  return any_of(F, [](const BasicBlock &Block) {
    return isa<SwitchInst, IndirectBrInst>(Block.getTerminator());
  });
}

void prepareEntry(Function &F, Constant *Slot) {
  SmallVector<Constant *, 16> Parts;
  auto AddBytes = [&](std::initializer_list<uint8_t> Bytes) {
    for (uint8_t Byte : Bytes)
      Parts.push_back(ConstantInt::get(Type::getInt8Ty(F.getContext()), Byte));
  };
  // As long as the alignment, so that the entry is aligned, too.
  static_assert(abi::DSU_ENTRY_ALIGN == 16 && abi::DSU_ENTRY_JUMP == 8);
  AddBytes({0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc});
  AddBytes({0xff, 0x25}); // jmpq *slot(%rip)
  Parts.push_back(distance(F, -2, Slot));
  AddBytes({0xcc, 0xcc});
  F.setPrefixData(ConstantStruct::getAnon(Parts, /*Packed=*/true));
  F.setAlignment(Align(abi::DSU_ENTRY_ALIGN));
  if (isTiny(F) || hasJumpTable(F) || F.hasFnAttribute(abi::DSU_ATTR_LIFELONG))
    F.addFnAttr("patchable-function", "prologue-short-redirect");
}

GlobalAlias *createOpaqueAlias(Function &F) {
  return GlobalAlias::create(
      F.getValueType(), F.getAddressSpace(), GlobalValue::PrivateLinkage,
      GlobalValue::dropLLVMManglingEscape(F.getName()) + ".dsu.call", &F,
      F.getParent());
}

} // namespace dsu
