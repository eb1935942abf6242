//===- FunctionIndirection.cpp - calls go through a table -----------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See FunctionIndirection.h.
//
//===----------------------------------------------------------------------===//

#include "FunctionIndirection.h"

#include "EntryRedirect.h"
#include "Identity.h"
#include "RuntimeABI.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/GlobalAlias.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace dsu {

/// True if the only thing that refers to this constant is a variable for which
/// \p Is holds, through any number of aggregates.
static bool leadsOnlyTo(const Constant *C,
                        function_ref<bool(const GlobalVariable &)> Is) {
  return all_of(C->users(), [&](const User *U) {
    if (const auto *GV = dyn_cast<GlobalVariable>(U))
      return Is(*GV);
    const auto *Part = dyn_cast<ConstantAggregate>(U);
    return Part && leadsOnlyTo(Part, Is);
  });
}

/// A reference that is no address anybody could call: __attribute__((annotate))
/// and the slot itself.
static bool isBookkeeping(const User *U) {
  const auto *Part = dyn_cast<ConstantAggregate>(U);
  return Part && leadsOnlyTo(Part, [](const GlobalVariable &GV) {
           return GV.getSection() == abi::DSU_SECTION_SLOTS ||
                  GV.getName() == "llvm.global.annotations";
         });
}

/// Calls that have to find the function by its symbol.
static bool callsSymbol(const CallBase &Call, const Function &Callee) {
  return isPreemptible(Callee) || Callee.isInterposable() ||
         Call.hasByValArgument();
}

bool needsStableWrapper(const Function &F) {
  if (!F.hasLocalLinkage())
    return true;
  return any_of(F.uses(), [&](const Use &U) {
    if (isa<BlockAddress>(U.getUser()) || isBookkeeping(U.getUser()))
      return false;
    const auto *Call = dyn_cast<CallBase>(U.getUser());
    return !Call || !Call->isCallee(&U) || callsSymbol(*Call, F);
  });
}

/// The function that an instruction calls by its name, and may not have to.
static std::pair<CallBase *, Function *> namedCall(Instruction &I) {
  auto *Call = dyn_cast<CallBase>(&I);
  auto *Callee = Call ? dyn_cast<Function>(Call->getCalledOperand()) : nullptr;
  return {Call, Callee && !Callee->isIntrinsic() ? Callee : nullptr};
}

unsigned indirectCalls(Module &M, function_ref<Constant *(Function &)> SlotOf) {
  unsigned Count = 0;
  Type *Ptr = PointerType::getUnqual(M.getContext());
  for (Function &Caller : M)
    for (BasicBlock &BB : Caller)
      for (Instruction &I : BB) {
        auto [Call, Callee] = namedCall(I);
        if (!Callee || callsSymbol(*Call, *Callee))
          continue;
        Constant *Slot = SlotOf(*Callee);
        if (!Slot)
          continue;
        IRBuilder<> Builder(Call);
        Call->setCalledOperand(
            Builder.CreateAlignedLoad(Ptr, Slot, Align(8), "dsu.callee"));
        ++Count;
      }
  return Count;
}

/// Makes direct calls of functions that are redirected at their entry name an
/// alias.
static unsigned callByAlias(Module &M,
                            const SmallPtrSetImpl<Function *> &Redirected) {
  unsigned Count = 0;
  DenseMap<Function *, GlobalAlias *> Aliases;
  for (Function &Caller : M)
    for (BasicBlock &BB : Caller)
      for (Instruction &I : BB) {
        auto [Call, Callee] = namedCall(I);
        if (!Callee || !Redirected.contains(Callee))
          continue;
        GlobalAlias *&Alias = Aliases[Callee];
        if (!Alias)
          Alias = createOpaqueAlias(*Callee);
        Call->setCalledOperand(Alias);
        ++Count;
      }
  return Count;
}

GlobalVariable *createSlotTable(Module &M, ArrayRef<Constant *> Bodies) {
  Type *Ptr = PointerType::getUnqual(M.getContext());
  uint64_t Size = alignTo(Bodies.size() * 8, abi::DSU_SLOT_ALIGN) / 8;
  auto *TableType = ArrayType::get(Ptr, Size);
  SmallVector<Constant *, 0> Slots(Bodies.begin(), Bodies.end());
  Slots.resize(Size, Constant::getNullValue(Ptr));
  auto *Table = new GlobalVariable(
      M, TableType, /*isConstant=*/false, GlobalValue::InternalLinkage,
      ConstantArray::get(TableType, Slots), "__dsu_slots");
  Table->setSection(abi::DSU_SECTION_SLOTS);
  Table->setAlignment(Align(abi::DSU_SLOT_ALIGN));
  return Table;
}

Constant *slotAddress(GlobalVariable &Table, unsigned Index) {
  Type *I64 = Type::getInt64Ty(Table.getContext());
  Constant *Indices[] = {ConstantInt::get(I64, 0),
                         ConstantInt::get(I64, Index)};
  return ConstantExpr::getInBoundsGetElementPtr(Table.getValueType(), &Table,
                                                Indices);
}

/// A symbol as the assembler wants it inside of inline assembly.
static std::string quoteSymbol(const GlobalValue &GV) {
  StringRef Name = GlobalValue::dropLLVMManglingEscape(GV.getName());
  // The assembler knows no escapes: it would name another symbol.
  if (Name.find_first_of("\"\\\n") != StringRef::npos)
    GV.getContext().emitError("DSU: " + Name +
                              " cannot be named in assembly because of a "
                              "quote, backslash or newline; rename the file");
  std::string Quoted = "\"";
  for (char C : Name) {
    if (C == '$')
      Quoted += '$';
    Quoted += C;
  }
  return Quoted + "\"";
}

static void emitJump(Function &Wrapper, Constant *Slot, bool SlotIsImported) {
  IRBuilder<> Builder(
      BasicBlock::Create(Wrapper.getContext(), "entry", &Wrapper));
  if (SlotIsImported) {
    // No constraint takes the GOT entry of a symbol.  r11 belongs to nobody at
    // a function's entry; r10 would be the static chain.
    std::string Asm = "movq " + quoteSymbol(*cast<GlobalValue>(Slot)) +
                      "@GOTPCREL(%rip), %r11\n\tjmpq *(%r11)";
    auto *Type = FunctionType::get(Builder.getVoidTy(), false);
    Builder.CreateCall(Type, InlineAsm::get(Type, Asm, "", true));
  } else {
    auto *Type =
        FunctionType::get(Builder.getVoidTy(), {Slot->getType()}, false);
    Builder.CreateCall(Type, InlineAsm::get(Type, "jmpq *${0:a}", "i", true),
                       {Slot});
  }
  Builder.CreateUnreachable();
}

/// The linker finds the wrapper.  The body stays visible to the dynamic linker
/// if it was: backtrace_symbols and dladdr name frames by what it knows.  Of a
/// weak function there may be several.
static void hideBody(Function &Body) {
  const bool Named = Body.hasExternalLinkage() && !Body.hasHiddenVisibility();
  Body.setComdat(nullptr);
  Body.setLinkage(Named ? GlobalValue::ExternalLinkage
                        : GlobalValue::InternalLinkage);
  Body.setVisibility(Named ? GlobalValue::ProtectedVisibility
                           : GlobalValue::DefaultVisibility);
  Body.setDSOLocal(true);
}

Function *makeStableWrapper(Function &Body, Constant *Slot,
                            bool SlotIsImported) {
  Module &M = *Body.getParent();
  auto *Type = FunctionType::get(Type::getVoidTy(M.getContext()), false);
  Function *Wrapper =
      Function::Create(Type, Body.getLinkage(), Body.getAddressSpace());
  M.getFunctionList().insert(Body.getIterator(), Wrapper);
  std::string Name = Body.getName().str();
  Wrapper->takeName(&Body);
  Body.setName(GlobalValue::dropLLVMManglingEscape(Name) + ".dsu");
  Wrapper->setVisibility(Body.getVisibility());
  Wrapper->setDSOLocal(Body.isDSOLocal());
  Wrapper->setUnnamedAddr(Body.getUnnamedAddr());
  Wrapper->setComdat(Body.getComdat());
  // One instruction: optsize takes the target's preference for 16 bytes off.
  Wrapper->setAlignment(std::max(Align(8), Body.getAlign().valueOrOne()));
  Wrapper->addFnAttr(Attribute::OptimizeForSize);
  if (Body.hasSection())
    Wrapper->setSection(Body.getSection());
  Wrapper->addFnAttr(Attribute::Naked);
  Wrapper->addFnAttr(Attribute::NoInline);
  Wrapper->setUWTableKind(UWTableKind::Async);
  if (Body.doesNotThrow())
    Wrapper->setDoesNotThrow();
  if (Body.doesNoCfCheck())
    Wrapper->addFnAttr(Attribute::NoCfCheck);

  hideBody(Body);
  Body.replaceUsesWithIf(Wrapper, [](Use &U) {
    return !isa<BlockAddress>(U.getUser()) && !isBookkeeping(U.getUser());
  });
  emitJump(*Wrapper, Slot, SlotIsImported);
  return Wrapper;
}

Indirection indirectModule(Module &M, bool AtEntries) {
  Indirection Result;
  DenseMap<const Function *, unsigned> Index;
  DenseSet<const Function *> Stable;
  SmallPtrSet<Function *, 32> Redirected;
  SmallVector<Constant *, 0> Bodies;
  for (Function &F : M)
    if (isUpdatable(F)) {
      const bool AtEntry = AtEntries && canRedirectEntry(F);
      if (AtEntry)
        Redirected.insert(&F);
      if (needsStableWrapper(F)) // asked before the table refers to it
        Stable.insert(&F);
      Index[&F] = Bodies.size();
      Bodies.push_back(&F);
      Result.Functions.push_back({&F, nullptr, AtEntry, identityOf(F)});
    }
  if (Bodies.empty())
    return Result;
  Result.Slots = createSlotTable(M, Bodies);
  auto SlotOf = [&](Function &F) -> Constant * {
    auto Found = Index.find(&F);
    return Found == Index.end() ? nullptr
                                : slotAddress(*Result.Slots, Found->second);
  };
  Result.Calls = callByAlias(M, Redirected) + indirectCalls(M, SlotOf);
  for (IndirectedFunction &F : Result.Functions) {
    if (F.AtEntry)
      prepareEntry(*F.Body, SlotOf(*F.Body));
    if (Stable.contains(F.Body))
      F.Stable = F.AtEntry ? F.Body
                           : makeStableWrapper(*F.Body, SlotOf(*F.Body), false);
    // Whoever sees this module again must not do it a second time.
    setIdentity(*F.Body, "");
  }
  return Result;
}

PreservedAnalyses IndirectionPass::run(Module &M, ModuleAnalysisManager &) {
  return indirectModule(M, AtEntries).Slots ? PreservedAnalyses::none()
                                            : PreservedAnalyses::all();
}

} // namespace dsu
