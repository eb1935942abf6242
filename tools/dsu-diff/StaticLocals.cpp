//===- StaticLocals.cpp - pair static locals of one name ------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See StaticLocals.h.
//
//===----------------------------------------------------------------------===//

#include "StaticLocals.h"

#include "Correspondence.h"
#include "DebugTypes.h"
#include "Identity.h"
#include "RunningProgram.h"
#include "VersionStrings.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Support/raw_ostream.h"

#include <set>
#include <tuple>

using namespace llvm;

namespace dsu {

namespace {

struct StaticLocal {
  std::string Key, Place;
  std::string Type, Value;
  std::string Uses;    ///< the code around what uses it
  unsigned Depth = 0;  ///< lexical blocks around it
  unsigned Offset = 0; ///< lines from the head of the function
  unsigned Line = 0;

  auto traits() const { return std::tie(Type, Value, Depth); }
  bool sameTraits(const StaticLocal &Other) const {
    return traits() == Other.traits();
  }
};

/// File, function and variable as written.
using Group = std::tuple<std::string, std::string, std::string>;
using Groups = std::map<Group, std::vector<StaticLocal>>;

} // namespace

/// A value in words that mean the same in both versions.
static void describe(const Constant *C, raw_ostream &OS, unsigned Depth = 0) {
  StringRef Text;
  if (getLiteral(C, Text)) {
    OS << '"' << Text << '"';
    return;
  }
  if (const auto *GV = dyn_cast<GlobalValue>(C)) {
    const std::string Key = identityKey(*GV);
    const auto *Var = dyn_cast<GlobalVariable>(GV);
    // Unnamed constants may refer to each other in circles.
    if (!Key.empty() || !Var || !Var->hasInitializer() || Depth > 8)
      OS << '@' << Key;
    else
      describe(Var->getInitializer(), OS << '&', Depth + 1);
    return;
  }
  // Struct types have other numbers in each module, so types are not printed.
  if (isa<ConstantAggregateZero>(C) || isa<UndefValue>(C)) {
    OS << '0';
    return;
  }
  if (!isa<ConstantAggregate>(C) && !isa<ConstantExpr>(C)) {
    C->printAsOperand(OS, /*PrintType=*/false);
    return;
  }
  OS << (isa<ConstantExpr>(C) ? cast<ConstantExpr>(C)->getOpcodeName() : "")
     << '{';
  for (const Use &Operand : C->operands()) {
    describe(cast<Constant>(Operand), OS, Depth);
    OS << ' ';
  }
  OS << '}';
}

static std::string initialValue(const GlobalVariable &GV) {
  std::string Result;
  raw_string_ostream OS(Result);
  describe(GV.getInitializer(), OS);
  return OS.str();
}

/// Constants by what they are; of variables of one name, which are numbered,
/// the name alone.
static void describeOperand(const Constant *C, raw_ostream &OS) {
  std::string Text;
  raw_string_ostream Words(Text);
  describe(C, Words);
  StringRef Plain = Words.str();
  if (isa<GlobalVariable>(C) && Plain.contains('.'))
    Plain = Plain.rtrim("0123456789");
  OS << ' ' << Plain;
}

static std::string describeBlock(const BasicBlock &Block) {
  std::string Result;
  raw_string_ostream OS(Result);
  for (const Instruction &I : Block) {
    if (isa<DbgInfoIntrinsic>(I))
      continue;
    OS << I.getOpcodeName();
    for (const Use &Operand : I.operands())
      if (const auto *C = dyn_cast<Constant>(Operand))
        describeOperand(C, OS);
    OS << '\n';
  }
  return OS.str();
}

static void addBlocks(const Constant &Object,
                      std::set<const BasicBlock *> &Into) {
  for (const User *U : Object.users())
    if (const auto *I = dyn_cast<Instruction>(U))
      Into.insert(I->getParent());
    else if (const auto *C = dyn_cast<ConstantExpr>(U))
      addBlocks(*C, Into);
}

/// What happens where a variable is used, and before, where that is decided:
/// what tells it from another of its name and type.
static std::string usesOf(const GlobalVariable &GV) {
  std::set<const BasicBlock *> Blocks;
  addBlocks(GV, Blocks);
  std::multiset<std::string> Descriptions;
  for (const BasicBlock *Block : Blocks) {
    Descriptions.insert(describeBlock(*Block));
    for (const BasicBlock *Before : predecessors(Block))
      Descriptions.insert(describeBlock(*Before));
  }
  return join(Descriptions, "\n");
}

static Groups collect(const Module &M) {
  Groups Result;
  for (const GlobalVariable &GV : M.globals()) {
    SmallVector<DIGlobalVariableExpression *, 1> Expressions;
    GV.getDebugInfo(Expressions);
    if (Expressions.empty() || !GV.hasInitializer())
      continue;
    const DIGlobalVariable *Variable = Expressions[0]->getVariable();
    const auto *Scope = dyn_cast_or_null<DILocalScope>(Variable->getScope());
    std::string Key = identityKey(GV);
    if (!Scope || Key.empty())
      continue;
    const DISubprogram *Function = Scope->getSubprogram();
    StaticLocal Local;
    Local.Key = Key;
    Local.Place = definitionPlace(GV);
    Local.Type = typeName(Variable->getType());
    Local.Value = initialValue(GV);
    Local.Uses = usesOf(GV);
    Local.Line = Variable->getLine();
    Local.Offset = Variable->getLine() - Function->getLine();
    for (const DIScope *S = Scope; isa_and_nonnull<DILexicalBlockBase>(S);
         S = S->getScope())
      ++Local.Depth;
    // The identity's file, not debug information's: it has the same prefix
    // taken off in both versions.
    std::string File = StringRef(Key).contains(';')
                           ? StringRef(Key).split(';').first.str()
                           : std::string();
    Result[{File, Function->getName().str(), Variable->getName().str()}]
        .push_back(std::move(Local));
  }
  for (auto &[Name, Locals] : Result)
    llvm::sort(Locals, [](const StaticLocal &A, const StaticLocal &B) {
      // f.n, f.n.1, ..., f.n.10 on one line come in the order of the numbers.
      return std::tuple(A.Line, A.Key.size(), A.Key) <
             std::tuple(B.Line, B.Key.size(), B.Key);
    });
  return Result;
}

static bool traitsAreUnique(const std::vector<StaticLocal> &Locals) {
  for (size_t I = 0; I != Locals.size(); ++I)
    for (size_t J = 0; J != I; ++J)
      if (Locals[I].sameTraits(Locals[J]))
        return false;
  return true;
}

/// For each new variable the index of the old one, -1 for none; false if that
/// cannot be said.
static bool pairUp(const std::vector<StaticLocal> &Old,
                   const std::vector<StaticLocal> &New, bool ByOrder,
                   std::vector<int> &Partner) {
  Partner.assign(New.size(), -1);
  if (Old.size() == 1 && New.size() == 1) {
    Partner[0] = 0;
    return true;
  }
  if (Old.size() == New.size()) {
    bool SamePlaces = true;
    for (size_t I = 0; I != New.size(); ++I)
      SamePlaces &= New[I].sameTraits(Old[I]) &&
                    New[I].Offset == Old[I].Offset &&
                    New[I].Uses == Old[I].Uses;
    if (SamePlaces || ByOrder) {
      for (size_t I = 0; I != New.size(); ++I)
        Partner[I] = I;
      return true;
    }
  }
  if (!traitsAreUnique(Old) || !traitsAreUnique(New))
    return false;
  std::vector<bool> Taken(Old.size());
  unsigned WithoutPartner = 0;
  for (size_t I = 0; I != New.size(); ++I) {
    for (size_t J = 0; J != Old.size(); ++J)
      if (New[I].sameTraits(Old[J])) {
        Partner[I] = J;
        Taken[J] = true;
      }
    WithoutPartner += Partner[I] < 0;
  }
  // One that is gone and one that is new may be one that changed.
  return !WithoutPartner || !is_contained(Taken, false);
}

StaticLocals::StaticLocals(const Module &Old, const Module &New, bool ByOrder,
                           Findings &Into) {
  const Groups GroupsOld = collect(Old), GroupsNew = collect(New);
  std::set<std::string> Used;
  for (const GlobalVariable &GV : Old.globals())
    Used.insert(identityKey(GV));
  for (const GlobalVariable &GV : New.globals())
    Used.insert(identityKey(GV));
  for (const auto &[Name, LocalsNew] : GroupsNew) {
    auto It = GroupsOld.find(Name);
    static const std::vector<StaticLocal> None;
    const std::vector<StaticLocal> &LocalsOld =
        It == GroupsOld.end() ? None : It->second;
    std::vector<int> Partner;
    if (!pairUp(LocalsOld, LocalsNew, ByOrder, Partner)) {
      const auto &[File, Function, Variable] = Name;
      Into.add({Finding::Decision, "static-locals", Function + "." + Variable,
                "function '" + Function + "' has several static variables '" +
                    Variable + "' (" + std::to_string(LocalsOld.size()) +
                    " before, " + std::to_string(LocalsNew.size()) +
                    " now), and it is not clear which is which",
                LocalsNew.front().Place,
                "give them names of their own, or, if there are as many as "
                "before, pass --static-locals-by-order"});
      continue;
    }
    for (size_t I = 0; I != LocalsNew.size(); ++I) {
      const std::string &Key = LocalsNew[I].Key;
      if (Partner[I] >= 0) {
        if (LocalsOld[Partner[I]].Key != Key)
          Renamed[Key] = LocalsOld[Partner[I]].Key;
        continue;
      }
      const bool Clash = llvm::any_of(
          LocalsOld, [&](const StaticLocal &L) { return L.Key == Key; });
      if (!Clash)
        continue;
      std::string Free;
      for (unsigned N = 1; Used.count(Free = Key + "@" + std::to_string(N));)
        ++N;
      Used.insert(Free);
      Renamed[Key] = Free;
    }
  }
}

bool StaticLocals::apply(Module &M) const {
  bool Any = false;
  for (GlobalVariable &GV : M.globals()) {
    auto It = Renamed.find(identityKey(GV));
    if (It == Renamed.end())
      continue;
    setIdentity(GV, It->second);
    Any = true;
  }
  return Any;
}

} // namespace dsu
