//===- PatchModule.cpp - cut a patch out of the new program ---------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See PatchModule.h.
//
//===----------------------------------------------------------------------===//

#include "PatchModule.h"

#include "CallSites.h"
#include "Correspondence.h"
#include "Equality.h"
#include "FunctionHash.h"
#include "FunctionIndirection.h"
#include "ImageMetadata.h"
#include "Selection.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/IPO/StripDeadPrototypes.h"
#include "llvm/Transforms/IPO/StripSymbols.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

#include <map>

using namespace llvm;

namespace dsu {

namespace {

/// What has to be known of a function before the module is taken apart.
struct FunctionFacts {
  std::string Key;
  bool Updatable = false;
  bool Preemptible = false; ///< found by its symbol, never by its slot
  bool Stable = false;      ///< the new version needs a stable address
  uint64_t Hash = 0;
  uint32_t Flags = 0;
  unsigned Line = 0;
};

class PatchModuleBuilder {
public:
  PatchModuleBuilder(Module &M, const PatchContents &Contents)
      : M(M), Ctx(M.getContext()), Contents(Contents), Builder(M) {}

  Error run();

private:
  void gatherFacts();
  void makeEditCells();
  void resolveAliases();
  void dropGlobalState();
  void dropBodies();
  void prune();
  void internalize();
  void redirectCalls();
  void redirectAddresses();
  void importData();
  void importExternals();
  void emitTables();

  bool isKept(const FunctionFacts &F) const {
    return Contents.Replaced.count(F.Key) || Contents.Added.count(F.Key);
  }
  bool isKept(const GlobalVariable &GV) const;
  Function *importFunction(const Twine &Prefix, StringRef Key);
  GlobalVariable *importVariable(const Twine &Prefix, StringRef Key,
                                 const GlobalVariable *Like);
  Constant *slotOf(Function &F);
  Constant *oldValueOf(const ElementEdit &Edit);

  struct EditCells {
    const ElementEdit *Edit;
    GlobalVariable *Target; ///< the variable, until it is imported
    GlobalVariable *Old, *New;
  };

  Module &M;
  LLVMContext &Ctx;
  const PatchContents &Contents;
  ImageBuilder Builder;
  MapVector<Function *, FunctionFacts> Facts;
  DenseMap<GlobalValue *, std::string> Keys;
  std::vector<EditCells> Cells;
  std::vector<Function *> Slotted;
  DenseMap<Function *, unsigned> SlotIndex;
  GlobalVariable *Slots = nullptr;
  std::map<std::string, Constant *> Wrappers; ///< by identity
};

} // namespace

bool PatchModuleBuilder::isKept(const GlobalVariable &GV) const {
  return isAnonymousConstant(GV) ||
         Contents.OwnData.count(Keys.lookup(const_cast<GlobalVariable *>(&GV)));
}

//===----------------------------------------------------------------------===//
// Taking the module apart
//===----------------------------------------------------------------------===//

void PatchModuleBuilder::gatherFacts() {
  for (GlobalVariable &GV : M.globals())
    Keys[&GV] = identityKey(GV);
  for (GlobalAlias &A : M.aliases())
    Keys[&A] = identityKey(A);
  for (GlobalIFunc &I : M.ifuncs())
    Keys[&I] = identityKey(I);
  for (Function &F : M) {
    if (F.isIntrinsic())
      continue;
    FunctionFacts &Fact = Facts[&F];
    Fact.Key = Keys[&F] = identityKey(F);
    Fact.Updatable = isUpdatable(F);
    Fact.Preemptible = isPreemptible(F) || F.isInterposable();
    if (!Fact.Updatable)
      continue;
    Fact.Stable = needsStableWrapper(F);
    Fact.Line = definitionLine(F);
    if (!isKept(Fact))
      continue;
    Fact.Hash = functionHash(F);
    if (F.hasFnAttribute(abi::DSU_ATTR_LIFELONG))
      Fact.Flags |= abi::DSU_FUNC_LIFELONG;
    if (F.callsFunctionThatReturnsTwice())
      Fact.Flags |= abi::DSU_FUNC_SETJMP;
  }
}

/// The part of \p C that \p Path leads to.
static Constant *elementAt(Constant *C, ArrayRef<unsigned> Path) {
  for (unsigned Index : Path)
    C = C->getAggregateElement(Index);
  return C;
}

/// New values are taken out of initializers before those are dropped; the
/// references in them are then redirected like all others.
void PatchModuleBuilder::makeEditCells() {
  StringMap<GlobalVariable *> ByKey;
  for (GlobalVariable &GV : M.globals())
    ByKey[Keys[&GV]] = &GV;
  for (const ElementEdit &Edit : Contents.Edits) {
    GlobalVariable *Var = ByKey.lookup(Edit.Variable);
    assert(Var && Var->hasInitializer() && "edit of an unknown variable");
    Constant *Value = elementAt(Var->getInitializer(), Edit.Path);
    auto *New =
        new GlobalVariable(M, Value->getType(), /*isConstant=*/true,
                           GlobalValue::PrivateLinkage, Value, "dsu.edit.new");
    New->setAlignment(M.getDataLayout().getPrefTypeAlign(Value->getType()));
    Cells.push_back({&Edit, Var, nullptr, New});
  }
}

/// Aliases that nobody can preempt are what they point to.  The others are
/// reached by their name.
void PatchModuleBuilder::resolveAliases() {
  for (GlobalAlias &A : make_early_inc_range(M.aliases())) {
    if (isPreemptible(A)) {
      std::string Key = Keys[&A];
      A.replaceAllUsesWith(
          isa<Function>(A.getAliaseeObject())
              ? static_cast<Constant *>(
                    importFunction(abi::DSU_IMPORT_EXT, Key))
              : importVariable(abi::DSU_IMPORT_EXT, Key, nullptr));
    } else {
      A.replaceAllUsesWith(A.getAliasee());
    }
    Keys.erase(&A);
    A.eraseFromParent();
  }
  for (GlobalIFunc &I : make_early_inc_range(M.ifuncs())) {
    I.replaceAllUsesWith(importFunction(abi::DSU_IMPORT_EXT, Keys[&I]));
    Keys.erase(&I);
    I.eraseFromParent();
  }
}

/// Constructors, destructors, lists of used globals, module assembly: of the
/// whole program, and run or linked there already.
void PatchModuleBuilder::dropGlobalState() {
  for (const char *Name : {"llvm.used", "llvm.compiler.used",
                           "llvm.global_ctors", "llvm.global_dtors"})
    if (GlobalVariable *GV = M.getNamedGlobal(Name)) {
      Keys.erase(GV);
      GV->eraseFromParent();
    }
  M.setModuleInlineAsm("");
  // A patch is a shared library whatever the program is.
  SmallVector<Module::ModuleFlagEntry, 16> Flags;
  M.getModuleFlagsMetadata(Flags);
  if (NamedMDNode *List = M.getModuleFlagsMetadata())
    List->eraseFromParent();
  for (const Module::ModuleFlagEntry &Flag : Flags)
    if (Flag.Key->getString() != "PIE Level" &&
        Flag.Key->getString() != "PIC Level")
      M.addModuleFlag(Flag.Behavior, Flag.Key->getString(), Flag.Val);
  M.setPICLevel(PICLevel::BigPIC);
  for (const char *Name : {abi::DSU_MD_PROGRAM, "dsu.carried"})
    if (NamedMDNode *List = M.getNamedMetadata(Name))
      List->eraseFromParent();
}

/// What stays in the running program becomes a declaration.
void PatchModuleBuilder::dropBodies() {
  for (auto &[F, Fact] : Facts) {
    if (F->isDeclaration() || isKept(Fact))
      continue;
    // New ones that cannot be updated come along without a slot, and so do
    // those that an optimizer made and that nobody could find by name.
    const RunningEntity *Entity = Contents.Running->find(Fact.Key);
    const bool Nameless =
        F->hasLocalLinkage() && !F->hasMetadata(abi::DSU_MD_ID);
    if (!Fact.Updatable && !F->hasAvailableExternallyLinkage() &&
        (Nameless || !Entity || !Entity->Defined)) {
      if (!Nameless)
        Builder.addExternal(Fact.Key, *F);
      continue;
    }
    F->deleteBody();
    F->setComdat(nullptr);
    // Until its uses have been redirected; so that calls are indirected.
    F->setDSOLocal(!Fact.Preemptible);
  }
  for (GlobalVariable &GV : M.globals()) {
    if (GV.isDeclaration() || isKept(GV) ||
        GV.getName().starts_with("dsu.edit."))
      continue;
    GV.setInitializer(nullptr);
    GV.setLinkage(GlobalValue::ExternalLinkage);
    GV.setComdat(nullptr);
    GV.setSection("");
    GV.setDSOLocal(false);
    GV.clearMetadata();
  }
}

/// Leaves what the patch reaches, debug information included.
void PatchModuleBuilder::prune() {
  SmallVector<GlobalValue *, 32> Roots;
  for (auto &[F, Fact] : Facts)
    if (isKept(Fact) || (Fact.Updatable && Fact.Stable))
      Roots.push_back(F);
  for (GlobalVariable &GV : M.globals())
    if ((isKept(GV) && !isAnonymousConstant(GV)) ||
        GV.getName().starts_with("dsu.edit."))
      Roots.push_back(&GV);
  for (EditCells &Cell : Cells)
    Roots.push_back(Cell.Target);
  appendToCompilerUsed(M, Roots);

  std::set<GlobalValue *> Before;
  for (GlobalValue &GV : M.global_values())
    Before.insert(&GV);
  ModuleAnalysisManager MAM;
  FunctionAnalysisManager FAM;
  LoopAnalysisManager LAM;
  CGSCCAnalysisManager CGAM;
  PassBuilder PB;
  PB.registerModuleAnalyses(MAM);
  PB.registerCGSCCAnalyses(CGAM);
  PB.registerFunctionAnalyses(FAM);
  PB.registerLoopAnalyses(LAM);
  PB.crossRegisterProxies(LAM, FAM, CGAM, MAM);
  ModulePassManager MPM;
  MPM.addPass(GlobalDCEPass());
  MPM.addPass(StripDeadPrototypesPass());
  MPM.addPass(StripDeadDebugInfoPass());
  MPM.run(M, MAM);
  M.getNamedGlobal("llvm.compiler.used")->eraseFromParent();

  // Forget what is gone.
  for (GlobalValue &GV : M.global_values())
    Before.erase(&GV);
  Facts.remove_if([&](auto &Entry) { return Before.count(Entry.first); });
  for (GlobalValue *GV : Before)
    Keys.erase(GV);
}

void PatchModuleBuilder::internalize() {
  auto Hide = [](GlobalObject &GO) {
    GO.setComdat(nullptr);
    GO.setVisibility(GlobalValue::DefaultVisibility);
    GO.setDLLStorageClass(GlobalValue::DefaultStorageClass);
    if (!GO.hasPrivateLinkage())
      GO.setLinkage(GlobalValue::InternalLinkage);
    GO.setDSOLocal(true);
  };
  for (Function &F : M)
    if (!F.isDeclaration())
      Hide(F);
  // In the static block of thread-locals, further patches can reach them too.
  // The dynamic linker has little room there, so large ones stay dynamic.
  constexpr uint64_t StaticBytes = 256;
  uint64_t Bytes = 0;
  for (GlobalVariable &GV : M.globals())
    if (!GV.isDeclaration()) {
      Hide(GV);
      if (!GV.isThreadLocal())
        continue;
      Bytes += M.getDataLayout().getTypeAllocSize(GV.getValueType());
      GV.setThreadLocalMode(Bytes <= StaticBytes
                                ? GlobalVariable::InitialExecTLSModel
                                : GlobalVariable::GeneralDynamicTLSModel);
    }
}

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
    Slots = createSlotTable(M, Slotted);
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
    Builder.addEdit(Target, Cell.Old, Cell.New, Cell.Edit->Size,
                    Cell.Edit->Kind == ElementEdit::Text ? abi::DSU_EDIT_CSTRING
                                                         : abi::DSU_EDIT_BYTES);
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

Error PatchModuleBuilder::run() {
  gatherFacts();
  makeEditCells();
  resolveAliases();
  dropGlobalState();
  dropBodies();
  prune();
  internalize();
  redirectCalls();
  redirectAddresses();
  importData();
  importExternals();
  emitTables();

  std::string Message;
  raw_string_ostream OS(Message);
  if (verifyModule(M, &OS))
    return createStringError(inconvertibleErrorCode(),
                             "internal error: the patch is not valid IR: " +
                                 OS.str());
  return Error::success();
}

Error buildPatchModule(Module &M, const PatchContents &Contents) {
  return PatchModuleBuilder(M, Contents).run();
}

} // namespace dsu
