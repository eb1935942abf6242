//===- Correspondence.cpp - what in v2 is what in v1 ----------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Correspondence.h.
//
//===----------------------------------------------------------------------===//

#include "Correspondence.h"

#include "RuntimeABI.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalAlias.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Metadata.h"

using namespace llvm;

namespace dsu {

std::string identityKey(const GlobalValue &GV) {
  if (const auto *Var = dyn_cast<GlobalVariable>(&GV))
    if (isAnonymousConstant(*Var) || Var->getName().starts_with("llvm."))
      return {}; // llvm.used, llvm.global_ctors and their kind
  if (const auto *GO = dyn_cast<GlobalObject>(&GV))
    if (const MDNode *Node = GO->getMetadata(abi::DSU_MD_ID))
      if (Node->getNumOperands() >= 1) // units add more
        if (const auto *Name = dyn_cast<MDString>(Node->getOperand(0)))
          return Name->getString().str();
  if (!GV.hasLocalLinkage())
    return GlobalValue::dropLLVMManglingEscape(GV.getName()).str();
  return (GV.getParent()->getSourceFileName() + ";" + GV.getName()).str();
}

/// All globals of a module in a fixed order.
static SmallVector<GlobalValue *, 0> allGlobals(Module &M) {
  SmallVector<GlobalValue *, 0> All;
  for (Function &F : M)
    All.push_back(&F);
  for (GlobalVariable &GV : M.globals())
    All.push_back(&GV);
  for (GlobalAlias &A : M.aliases())
    All.push_back(&A);
  for (GlobalIFunc &I : M.ifuncs())
    All.push_back(&I);
  return All;
}

static bool isDefinition(const GlobalValue &GV) {
  return !GV.isDeclaration() && !GV.hasAvailableExternallyLinkage();
}

Correspondence::Correspondence(ModuleList Old, ModuleList New, Strictness How)
    : How(How), OldModules(Old), NewModules(New) {
  collect(Old, OldTable, OldOrder);
  collect(New, NewTable, NewOrder);
  unitePairs();
  dropUnequalConstants();
}

void Correspondence::collect(ModuleList Modules, Table &Into,
                             std::vector<std::string> &Order) {
  for (Module *M : Modules)
    for (GlobalValue *GV : allGlobals(*M)) {
      std::string Key = identityKey(*GV);
      if (Key.empty())
        continue;
      auto [It, Inserted] = Into.try_emplace(Key, GV);
      if (Inserted)
        Order.push_back(Key);
      else if (!isDefinition(*It->second) && isDefinition(*GV))
        It->second = GV;
    }
  // Declarations stand for the definition elsewhere in the same version.
  for (Module *M : Modules)
    for (GlobalValue *GV : allGlobals(*M)) {
      std::string Key = identityKey(*GV);
      if (!Key.empty())
        Eq.unite(GV, Into.lookup(Key));
    }
}

GlobalValue *Correspondence::findOld(StringRef Key) const {
  return OldTable.lookup(Key);
}

GlobalValue *Correspondence::findNew(StringRef Key) const {
  return NewTable.lookup(Key);
}

bool Correspondence::corresponds(StringRef Key) const {
  const GlobalValue *Old = findOld(Key), *New = findNew(Key);
  return Old && New && Eq.canonical(Old) == Eq.canonical(New);
}

/// What generated code of *other* functions can depend on.
bool Correspondence::seemsSame(const GlobalValue &Old,
                               const GlobalValue &New) const {
  if (How == Strictness::Source)
    return Old.getValueID() == New.getValueID();
  if (Old.getValueID() != New.getValueID() ||
      isDefinition(Old) != isDefinition(New) ||
      Old.getThreadLocalMode() != New.getThreadLocalMode() ||
      Old.getAddressSpace() != New.getAddressSpace() ||
      Old.isInterposable() != New.isInterposable() ||
      Old.hasExternalWeakLinkage() != New.hasExternalWeakLinkage())
    return false;
  if (const auto *FOld = dyn_cast<Function>(&Old)) {
    const auto &FNew = cast<Function>(New);
    // Callers see nothing of an updatable function but its slot.  Whatever is
    // called directly shows them its attributes.
    if (FOld->isDeclaration() || FOld->hasFnAttribute(abi::DSU_ATTR_OFF) ||
        FNew.hasFnAttribute(abi::DSU_ATTR_OFF))
      return Eq.attributes(FOld->getAttributes(), FNew.getAttributes());
    return true;
  }
  if (const auto *VOld = dyn_cast<GlobalVariable>(&Old)) {
    const auto &VNew = cast<GlobalVariable>(New);
    const DataLayout &DL = Old.getParent()->getDataLayout();
    if (VOld->isConstant() != VNew.isConstant())
      return false;
    if (VOld->isDeclaration())
      return true;
    return DL.getTypeAllocSize(VOld->getValueType()) ==
               DL.getTypeAllocSize(VNew.getValueType()) &&
           DL.getPreferredAlign(VNew.hasInitializer() ? &VNew : VOld) <=
               DL.getPreferredAlign(VOld);
  }
  return true;
}

void Correspondence::unitePairs() {
  for (const std::string &Key : NewOrder) {
    GlobalValue *Old = findOld(Key), *New = findNew(Key);
    if (Old && seemsSame(*Old, *New))
      Eq.unite(New, Old);
  }
}

/// Interns the anonymous constants of the modules, callees first, so that
/// those of equal content end up in one class.
void Correspondence::internAnonymous(ModuleList Modules) {
  SmallPtrSet<const GlobalVariable *, 32> Visited;
  auto Intern = [&](GlobalVariable *GV, auto &Self) -> void {
    if (!Visited.insert(GV).second)
      return;
    SmallVector<const Constant *, 8> Work{GV->getInitializer()};
    SmallPtrSet<const Constant *, 16> Seen;
    while (!Work.empty()) {
      const Constant *C = Work.pop_back_val();
      if (!Seen.insert(C).second)
        continue;
      if (const auto *Inner = dyn_cast<GlobalVariable>(C)) {
        if (isAnonymousConstant(*Inner))
          Self(const_cast<GlobalVariable *>(Inner), Self);
        continue;
      }
      if (isa<GlobalValue>(C))
        continue;
      for (const Use &Op : C->operands())
        if (const auto *Operand = dyn_cast<Constant>(Op))
          Work.push_back(Operand);
    }
    const size_t Hash = Eq.hash(GV->getInitializer());
    auto [Begin, End] = Interned.equal_range(Hash);
    for (auto It = Begin; It != End; ++It) {
      GlobalVariable *Other = It->second;
      if (Other->getAlign() == GV->getAlign() &&
          Other->getSection() == GV->getSection() &&
          Eq.constants(Other->getInitializer(), GV->getInitializer())) {
        Eq.unite(GV, Other);
        return;
      }
    }
    Interned.emplace(Hash, GV);
  };
  for (Module *M : Modules)
    for (GlobalVariable &GV : M->globals())
      if (isAnonymousConstant(GV))
        Intern(&GV, Intern);
}

void Correspondence::dropUnequalConstants() {
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (ModuleList Modules : {ModuleList(OldModules), ModuleList(NewModules)})
      for (Module *M : Modules)
        for (GlobalVariable &GV : M->globals())
          if (isAnonymousConstant(GV))
            Eq.separate(&GV);
    Interned.clear();
    internAnonymous(OldModules);
    internAnonymous(NewModules);

    for (const std::string &Key : NewOrder) {
      if (!corresponds(Key))
        continue;
      const GlobalValue *Old = findOld(Key), *New = findNew(Key);
      const Constant *ContentOld = nullptr, *ContentNew = nullptr;
      if (const auto *VNew = dyn_cast<GlobalVariable>(New)) {
        const auto *VOld = cast<GlobalVariable>(Old);
        if (!VNew->isConstant() || !VNew->hasInitializer() ||
            !VOld->hasInitializer())
          continue;
        ContentOld = VOld->getInitializer();
        ContentNew = VNew->getInitializer();
      } else if (const auto *ANew = dyn_cast<GlobalAlias>(New)) {
        ContentOld = cast<GlobalAlias>(Old)->getAliasee();
        ContentNew = ANew->getAliasee();
      } else {
        continue;
      }
      if (!Eq.constants(ContentOld, ContentNew)) {
        Eq.separate(New);
        Changed = true;
      }
    }
  }
}

void Correspondence::rewrite() {
  for (ModuleList Modules : {ModuleList(OldModules), ModuleList(NewModules)})
    for (Module *M : Modules)
      for (GlobalValue *GV : allGlobals(*M)) {
        auto *To = const_cast<GlobalValue *>(Eq.canonical(GV));
        if (To == GV)
          continue;
        GV->replaceUsesWithIf(To, [&](Use &U) {
          if (isa<BlockAddress>(U.getUser()))
            return false;
          const auto *I = dyn_cast<Instruction>(U.getUser());
          return !I || I->getFunction() != GV;
        });
      }
}

} // namespace dsu
