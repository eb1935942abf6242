//===- MovedFunctions.cpp - functions that use another file's -------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See MovedFunctions.h.
//
//===----------------------------------------------------------------------===//

#include "MovedFunctions.h"

#include "RunningProgram.h"
#include "UnitPairs.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"

#include <map>

using namespace llvm;

namespace dsu {

/// Internal variables by their identities.
using Variables = std::map<std::string, const GlobalVariable *>;

static bool isInternalVariable(const GlobalValue &GV) {
  const auto *Var = dyn_cast<GlobalVariable>(&GV);
  return Var && Var->hasLocalLinkage() && !Var->isDeclaration() &&
         !Var->isConstant() && !identityKey(*Var).empty();
}

/// What the function uses, itself or in internal functions that it uses.
static Variables usedBy(const Function &F) {
  Variables Result;
  SmallVector<const User *, 32> Work;
  SmallPtrSet<const User *, 32> Seen;
  auto Visit = [&](const User *U) {
    if (Seen.insert(U).second)
      Work.push_back(U);
  };
  Visit(&F);
  while (!Work.empty()) {
    const User *U = Work.pop_back_val();
    if (const auto *Body = dyn_cast<Function>(U)) {
      if (Body == &F || Body->hasLocalLinkage())
        for (const BasicBlock &BB : *Body)
          for (const Instruction &I : BB)
            Visit(&I);
      continue;
    }
    if (const auto *GV = dyn_cast<GlobalValue>(U)) {
      if (isInternalVariable(*GV))
        Result.emplace(identityKey(*GV), cast<GlobalVariable>(GV));
      continue;
    }
    for (const Use &Operand : U->operands())
      if (const auto *C = dyn_cast<Constant>(Operand))
        Visit(C);
  }
  return Result;
}

/// The variable of \p Used that is called as \p Key is, in another file.
static std::string elsewhere(StringRef Key, const Variables &Used) {
  IdentityParts Sought, Parts;
  if (!splitIdentity(Key, Sought))
    return {};
  for (const auto &Entry : Used)
    if (splitIdentity(Entry.first, Parts) && Parts.Name == Sought.Name &&
        (Parts.Source != Sought.Source || Parts.Number != Sought.Number))
      return Entry.first;
  return {};
}

void compareMovedFunctions(Correspondence::ModuleList Old,
                           Correspondence::ModuleList New,
                           const std::set<std::string> &Kept, Findings &Into) {
  std::map<StringRef, const Function *> Before;
  std::set<std::string> Existed, Told;
  for (const Module *M : Old) {
    for (const Function &F : *M)
      if (!F.isDeclaration() && F.hasExternalLinkage())
        Before.emplace(F.getName(), &F);
    for (const GlobalVariable &GV : M->globals())
      if (isInternalVariable(GV))
        Existed.insert(identityKey(GV));
  }
  for (const Module *M : New)
    for (const Function &F : *M) {
      auto It = Before.find(F.getName());
      if (F.isDeclaration() || !F.hasExternalLinkage() || It == Before.end())
        continue;
      const Variables Now = usedBy(F), Then = usedBy(*It->second);
      for (const auto &[Key, GV] : Now) {
        const std::string Other = elsewhere(Key, Then);
        if (Then.count(Key) || Other.empty() || Now.count(Other) ||
            !Existed.count(Key) || !Told.insert(Key).second)
          continue;
        const bool Accepted = Kept.count(Key);
        Into.add({Accepted ? Finding::Note : Finding::Decision,
                  "global-exchanged", Key,
                  "'" + F.getName().str() + "' uses '" + Key +
                      "' in place of '" + Other +
                      "', and both were there before: if it has moved to "
                      "another file together with its variable, it would go "
                      "on with the other one's value",
                  definitionPlace(*GV),
                  Accepted ? ""
                           : "compile each file under its old name, or pass " +
                                 asTyped("--keep-value", Key) +
                                 " if the other variable is meant"});
      }
    }
}

} // namespace dsu
