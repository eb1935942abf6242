//===- PatchImports.cpp - what a patch takes from the running program -----===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See PatchModuleBuilder.h.
//
//===----------------------------------------------------------------------===//

#include "PatchModuleBuilder.h"

#include "CallSites.h"
#include "Correspondence.h"
#include "Equality.h"
#include "FunctionIndirection.h"
#include "Selection.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Instructions.h"

#include <set>

using namespace llvm;

namespace dsu {

//===----------------------------------------------------------------------===//
// Imports
//===----------------------------------------------------------------------===//

Function *PatchModuleBuilder::importFunction(const Twine &Prefix,
                                             StringRef Key) {
  const std::string Name = (Prefix + Key).str();
  if (Function *F = M.getFunction(Name))
    return F;
  auto *F = Function::Create(FunctionType::get(Type::getVoidTy(Ctx), false),
                             GlobalValue::ExternalWeakLinkage, Name, M);
  F->addFnAttr(Attribute::NonLazyBind);
  return F;
}

GlobalVariable *PatchModuleBuilder::importVariable(const Twine &Prefix,
                                                   StringRef Key,
                                                   const GlobalVariable *Like) {
  const std::string Name = (Prefix + Key).str();
  if (GlobalVariable *GV = M.getNamedGlobal(Name))
    return GV;
  auto *GV = new GlobalVariable(
      M, Like ? Like->getValueType() : Type::getInt8Ty(Ctx),
      /*isConstant=*/false, GlobalValue::ExternalWeakLinkage, nullptr, Name);
  if (Like && Like->isThreadLocal())
    GV->setThreadLocalMode(GlobalVariable::InitialExecTLSModel);
  // Never more than what the running object has.
  const RunningEntity *Entity = Contents.Running->find(Key);
  GV->setAlignment(Entity && Entity->Align ? *Entity->Align : Align(1));
  return GV;
}

/// Where the patch's calls of \p F find the code to call; null for functions
/// that are reached by address only.
Constant *PatchModuleBuilder::slotOf(Function &F) {
  auto It = Facts.find(&F);
  if (It == Facts.end() || !It->second.Updatable || It->second.Preemptible)
    return nullptr;
  if (Contents.Added.count(It->second.Key))
    return slotAddress(*Slots, SlotIndex.lookup(&F));
  GlobalVariable *Slot =
      importVariable(abi::DSU_IMPORT_SLOT, It->second.Key, nullptr);
  Slot->setAlignment(Align(sizeof(void *)));
  return Slot;
}

void PatchModuleBuilder::redirectCalls() {
  for (auto &[F, Fact] : Facts)
    if (isKept(Fact))
      numberCallSites(*F);
  for (auto &[F, Fact] : Facts)
    if (Contents.Added.count(Fact.Key)) {
      SlotIndex[F] = Slotted.size();
      Slotted.push_back(F);
    }
  if (!Slotted.empty())
    Slots = createSlotTable(
        M, SmallVector<Constant *, 0>(Slotted.begin(), Slotted.end()));
  indirectCalls(M, [&](Function &F) { return slotOf(F); });
}

/// Uses that are left are those of the function's address.
void PatchModuleBuilder::redirectAddresses() {
  // Wrappers are created on the way, so work on a copy of the list.
  SmallVector<std::pair<Function *, FunctionFacts>, 0> List;
  for (auto &[F, Fact] : Facts)
    if (Fact.Updatable)
      List.push_back({F, Fact});
  for (auto &[F, Fact] : List) {
    if (Contents.Added.count(Fact.Key)) {
      if (Fact.Stable)
        Wrappers[Fact.Key] =
            makeStableWrapper(*F, slotOf(*F), /*SlotIsImported=*/false);
      continue;
    }
    const RunningEntity *Entity = Contents.Running->find(Fact.Key);
    const bool HasAddress = Entity && Entity->Stable;
    if (HasAddress) {
      auto IsAddress = [](const Use &U) {
        return !isa<BlockAddress>(U.getUser());
      };
      if (any_of(F->uses(), IsAddress))
        F->replaceUsesWithIf(importFunction(abi::DSU_IMPORT_ADDR, Fact.Key),
                             [&](Use &U) { return IsAddress(U); });
      continue;
    }
    if (!Fact.Stable && F->use_empty())
      continue;
    // The program never needed an address for it until now.
    const bool Unchanged = F->isDeclaration();
    if (Unchanged) {
      F->setLinkage(GlobalValue::InternalLinkage);
      new UnreachableInst(Ctx, BasicBlock::Create(Ctx, "", F));
    }
    Wrappers[Fact.Key] =
        makeStableWrapper(*F, slotOf(*F), /*SlotIsImported=*/true);
    if (Unchanged) {
      Facts.erase(F);
      F->eraseFromParent();
    }
  }
}

void PatchModuleBuilder::importData() {
  SmallVector<GlobalVariable *, 32> List;
  for (GlobalVariable &GV : M.globals())
    if (GV.isDeclaration() && Keys.count(&GV))
      List.push_back(&GV);
  for (GlobalVariable *GV : List) {
    const std::string Key = Keys[GV];
    const RunningEntity *Entity = Contents.Running->find(Key);
    if (!Entity) {
      GV->setDSOLocal(false);
      GV->setVisibility(GlobalValue::DefaultVisibility);
      Builder.addExternal(Key, *GV);
      continue; // the dynamic linker knows it, or loading fails by its name
    }
    const char *Prefix = abi::DSU_IMPORT_DATA;
    if (Entity->Kind == RunningEntity::External)
      Prefix = abi::DSU_IMPORT_EXT;
    else if (Entity->Kind == RunningEntity::ThreadLocal)
      Prefix = abi::DSU_IMPORT_TLS;
    GlobalVariable *Import = importVariable(Prefix, Key, GV);
    for (EditCells &Cell : Cells)
      if (Cell.Target == GV)
        Cell.Target = Import;
    GV->replaceAllUsesWith(Import);
    GV->eraseFromParent();
  }
}

void PatchModuleBuilder::importExternals() {
  SmallVector<Function *, 32> List;
  for (Function &F : M)
    if (F.isDeclaration() && !F.isIntrinsic() && Keys.count(&F))
      List.push_back(&F);
  for (Function *F : List) {
    auto It = Facts.find(F);
    if (It == Facts.end())
      continue;
    if (F->use_empty()) {
      F->eraseFromParent();
      continue;
    }
    F->addFnAttr(Attribute::NonLazyBind);
    F->setDSOLocal(false);
    F->setVisibility(GlobalValue::DefaultVisibility);
    const std::string Key = It->second.Key;
    if (!Contents.Running->find(Key)) {
      Builder.addExternal(Key, *F);
      continue;
    }
    // Keep the declaration with its attributes (returns_twice, noreturn).
    const std::string Name = (abi::DSU_IMPORT_EXT + Twine(Key)).str();
    if (Function *Other = M.getFunction(Name))
      F->replaceAllUsesWith(Other);
    else
      F->setName(Name);
    F->setLinkage(GlobalValue::ExternalWeakLinkage);
  }
}

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

/// A cell with the value that the element has if the program left it alone.
Constant *PatchModuleBuilder::oldValueOf(const ElementEdit &Edit) {
  if (Edit.Kind != ElementEdit::Pointer)
    return ConstantDataArray::getString(Ctx, Edit.OldBytes, /*AddNull=*/false);
  auto *PtrTy = PointerType::getUnqual(Ctx);
  if (Edit.OldTarget.empty())
    return ConstantPointerNull::get(PtrTy);
  const RunningEntity *Entity = Contents.Running->find(Edit.OldTarget);
  Constant *Target;
  if (Edit.OldTargetIsFunction)
    Target = importFunction(Entity && Entity->Kind == RunningEntity::Function
                                ? abi::DSU_IMPORT_ADDR
                                : abi::DSU_IMPORT_EXT,
                            Edit.OldTarget);
  else
    Target = importVariable(Entity && Entity->Kind == RunningEntity::External
                                ? abi::DSU_IMPORT_EXT
                                : abi::DSU_IMPORT_DATA,
                            Edit.OldTarget, nullptr);
  if (!Edit.OldAddend)
    return Target;
  return ConstantExpr::getGetElementPtr(
      Type::getInt8Ty(Ctx), Target,
      ConstantInt::getSigned(Type::getInt64Ty(Ctx), Edit.OldAddend));
}

void PatchModuleBuilder::emitTables() {
  auto AddressOf = [&](const std::string &Key) -> Constant * {
    auto It = Wrappers.find(Key);
    return It == Wrappers.end() ? nullptr : It->second;
  };
  std::set<std::string> Announced;
  for (auto &[F, Fact] : Facts) {
    if (!isKept(Fact))
      continue;
    const bool Added = Contents.Added.count(Fact.Key);
    FunctionEntry Entry;
    Entry.Name = Fact.Key;
    Entry.Body = F;
    Entry.Address = AddressOf(Fact.Key);
    Entry.Hash = Fact.Hash;
    Entry.Line = Fact.Line;
    Entry.Flags =
        Fact.Flags | (Added ? abi::DSU_FUNC_NEW : abi::DSU_FUNC_REPLACED);
    if (Added)
      Entry.Slot = SlotIndex.lookup(F);
    else
      Entry.OldHash = Contents.Running->find(Fact.Key)->Hash;
    Announced.insert(Fact.Key);
    Builder.addFunction(std::move(Entry));
  }
  for (const std::string &Key : Contents.Removed) {
    const RunningEntity *Entity = Contents.Running->find(Key);
    FunctionEntry Entry;
    Entry.Name = Key;
    Entry.OldHash = Entity->Hash;
    Entry.Line = Entity->Line;
    Entry.Flags = abi::DSU_FUNC_REMOVED;
    Builder.addFunction(std::move(Entry));
  }
  for (auto &[Key, Wrapper] : Wrappers)
    if (!Announced.count(Key)) {
      FunctionEntry Entry;
      Entry.Name = Key;
      Entry.Address = Wrapper;
      Announced.insert(Key);
      Builder.addFunction(std::move(Entry));
    }
  for (const std::string &Key : Contents.Between) {
    const RunningEntity *Entity = Contents.Running->find(Key);
    FunctionEntry Entry;
    Entry.Name = Key;
    Entry.OldHash = Entity->Hash;
    Entry.Line = Entity->Line;
    Entry.Flags = abi::DSU_FUNC_BETWEEN;
    Entry.Address = AddressOf(Key);
    Announced.insert(Key);
    Builder.addFunction(std::move(Entry));
  }
  // Unchanged ones with call sites to list.
  for (const SiteEntry &Site : Contents.Sites)
    if (Announced.insert(Site.Function).second) {
      FunctionEntry Entry;
      Entry.Name = Site.Function;
      Entry.OldHash = Contents.Running->find(Site.Function)->Hash;
      Builder.addFunction(std::move(Entry));
    }
  for (GlobalVariable &GV : M.globals())
    if (!GV.isDeclaration() && Keys.count(&GV) && !isAnonymousConstant(GV) &&
        isKept(GV))
      Builder.addData(Keys[&GV], GV);
  for (EditCells &Cell : Cells) {
    Constant *OldValue = oldValueOf(*Cell.Edit);
    Cell.Old = new GlobalVariable(M, OldValue->getType(), /*isConstant=*/true,
                                  GlobalValue::PrivateLinkage, OldValue,
                                  "dsu.edit.old");
    Cell.Old->setAlignment(Align(sizeof(void *)));
    Constant *Target = Cell.Target;
    if (Cell.Edit->Offset)
      Target = ConstantExpr::getGetElementPtr(
          Type::getInt8Ty(Ctx), Target,
          ConstantInt::get(Type::getInt64Ty(Ctx), Cell.Edit->Offset));
    uint32_t Kind = Cell.Edit->Kind == ElementEdit::Text ? abi::DSU_EDIT_CSTRING
                                                         : abi::DSU_EDIT_BYTES;
    Kind |= Cell.Edit->Kept ? abi::DSU_EDIT_KEPT : 0;
    Kind |= Cell.Edit->Joined ? abi::DSU_EDIT_JOINED : 0;
    Constant *NewValue = Cell.New;
    if (!NewValue)
      NewValue = ConstantPointerNull::get(PointerType::getUnqual(Ctx));
    Builder.addEdit(Target, Cell.Old, NewValue, Cell.Edit->Size, Kind);
  }
  for (const SiteEntry &Site : Contents.Sites)
    Builder.addSite(Site);
  Builder.setSlots(Slots, Slotted.size());
  Builder.setIdentity(Contents.To);
  Builder.setFrom(Contents.From);
  Builder.setLevel(Contents.Level);
  Builder.setName(Contents.Name);
  Builder.setProducer(Contents.Producer);
  Builder.emitPatch();
}

} // namespace dsu
