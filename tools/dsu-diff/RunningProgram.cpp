//===- RunningProgram.cpp - what a patch can count on ---------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See RunningProgram.h.
//
//===----------------------------------------------------------------------===//

#include "RunningProgram.h"

#include "Correspondence.h"
#include "FunctionHash.h"
#include "FunctionIndirection.h"
#include "Selection.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/GlobalIFunc.h"
#include "llvm/IR/Metadata.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace dsu {

static constexpr char CarriedMetadata[] = "dsu.carried";

CarriedState CarriedState::read(const Module &M) {
  CarriedState State;
  const NamedMDNode *List = M.getNamedMetadata(CarriedMetadata);
  if (!List)
    return State;
  for (const MDNode *Entry : List->operands()) {
    const auto *Kind = dyn_cast<MDString>(Entry->getOperand(0));
    const auto *Name = dyn_cast<MDString>(Entry->getOperand(1));
    if (!Kind || !Name)
      continue;
    if (Kind->getString() == "stable")
      State.Stable.insert(Name->getString().str());
    else if (Kind->getString() == "kept")
      State.Kept.insert(Name->getString().str());
    else if (Kind->getString() == "hash" && Entry->getNumOperands() == 3)
      if (const auto *Hash =
              mdconst::dyn_extract<ConstantInt>(Entry->getOperand(2)))
        State.Hashes[Name->getString().str()] = Hash->getZExtValue();
  }
  return State;
}

void CarriedState::write(Module &M) const {
  LLVMContext &Ctx = M.getContext();
  if (NamedMDNode *Existing = M.getNamedMetadata(CarriedMetadata))
    Existing->eraseFromParent();
  if (empty())
    return;
  NamedMDNode *List = M.getOrInsertNamedMetadata(CarriedMetadata);
  for (const auto &[Name, Hash] : Hashes)
    List->addOperand(
        MDNode::get(Ctx, {MDString::get(Ctx, "hash"), MDString::get(Ctx, Name),
                          ConstantAsMetadata::get(
                              ConstantInt::get(Type::getInt64Ty(Ctx), Hash))}));
  auto AddNames = [&](StringRef Kind, const std::set<std::string> &Names) {
    for (const std::string &Name : Names)
      List->addOperand(MDNode::get(
          Ctx, {MDString::get(Ctx, Kind), MDString::get(Ctx, Name)}));
  };
  AddNames("stable", Stable);
  AddNames("kept", Kept);
}

unsigned definitionLine(const GlobalValue &GV) {
  if (const auto *F = dyn_cast<Function>(&GV)) {
    const DISubprogram *SP = F->getSubprogram();
    return SP ? SP->getLine() : 0;
  }
  if (const auto *Var = dyn_cast<GlobalVariable>(&GV)) {
    SmallVector<DIGlobalVariableExpression *, 1> Expressions;
    Var->getDebugInfo(Expressions);
    if (!Expressions.empty())
      return Expressions[0]->getVariable()->getLine();
  }
  return 0;
}

std::string definitionPlace(const GlobalValue &GV) {
  const DIFile *File = nullptr;
  if (const auto *F = dyn_cast<Function>(&GV)) {
    if (const DISubprogram *SP = F->getSubprogram())
      File = SP->getFile();
  } else if (const auto *Var = dyn_cast<GlobalVariable>(&GV)) {
    SmallVector<DIGlobalVariableExpression *, 1> Expressions;
    Var->getDebugInfo(Expressions);
    if (!Expressions.empty())
      File = Expressions[0]->getVariable()->getFile();
  }
  if (!File)
    return {};
  const unsigned Line = definitionLine(GV);
  SmallString<128> Place = File->getFilename();
  // Below DSU_ROOT, where directories are relative, as seen from there.
  if (sys::path::is_relative(Place) &&
      sys::path::is_relative(File->getDirectory())) {
    Place = File->getDirectory();
    sys::path::append(Place, File->getFilename());
    sys::path::remove_dots(Place, true);
  }
  if (Line)
    Place += ":" + std::to_string(Line);
  return Place.str().str();
}

RunningProgram::RunningProgram(const Module &Whole)
    : Carried(CarriedState::read(Whole)) {
  auto Add = [&](const GlobalValue &GV, RunningEntity Entity) {
    std::string Key = identityKey(GV);
    if (Key.empty())
      return;
    Entity.Defined = !GV.isDeclaration() && !GV.hasAvailableExternallyLinkage();
    Entity.Line = definitionLine(GV);
    Entities[Key] = Entity;
  };
  for (const Function &F : Whole) {
    if (F.isIntrinsic())
      continue;
    RunningEntity Entity;
    if (isUpdatable(F)) {
      const std::string Key = identityKey(F);
      Entity.Kind = RunningEntity::Function;
      Entity.Stable = needsStableWrapper(F) || Carried.Stable.count(Key);
      auto It = Carried.Hashes.find(Key);
      Entity.Hash = It != Carried.Hashes.end() ? It->second : functionHash(F);
    }
    Add(F, Entity);
  }
  for (const GlobalVariable &GV : Whole.globals()) {
    RunningEntity Entity;
    Entity.Kind = RunningEntity::Data;
    if (GV.isThreadLocal())
      Entity.Kind = RunningEntity::ThreadLocal;
    else if (GV.isDeclaration() || isPreemptible(GV))
      Entity.Kind = RunningEntity::External;
    Entity.Align = GV.getAlign();
    Add(GV, Entity);
  }
  for (const GlobalAlias &A : Whole.aliases())
    Add(A, RunningEntity());
  for (const GlobalIFunc &I : Whole.ifuncs())
    Add(I, RunningEntity());
}

const RunningEntity *RunningProgram::find(StringRef Key) const {
  auto It = Entities.find(Key);
  return It == Entities.end() ? nullptr : &It->second;
}

} // namespace dsu
