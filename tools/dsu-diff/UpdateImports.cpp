//===- UpdateImports.cpp - what the running program does not have ---------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See LibrarySymbols.h.  Asked twice: of the code as it was compared, so that
// the report has it even if no patch is made; and of the object file, where
// code generation may have added calls of its own.
//
//===----------------------------------------------------------------------===//

#include "Correspondence.h"
#include "Update.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace dsu {

namespace {

/// Collects what is only declared, through constants of all kinds.
class Declarations {
public:
  explicit Declarations(const RunningProgram &Running) : Running(Running) {}

  void visit(const Function &F);
  void visit(const Constant &C);

  std::set<std::string> Names;

private:
  const RunningProgram &Running;
  SmallPtrSet<const Constant *, 32> Seen;
};

} // namespace

void Declarations::visit(const Function &F) {
  for (const BasicBlock &BB : F)
    for (const Instruction &I : BB)
      for (const Use &Operand : I.operands())
        if (const auto *C = dyn_cast<Constant>(Operand))
          visit(*C);
}

void Declarations::visit(const Constant &C) {
  if (!Seen.insert(&C).second)
    return;
  const auto *GV = dyn_cast<GlobalValue>(&C);
  const auto *F = dyn_cast<Function>(&C);
  if (GV && GV->isDeclaration() && !GV->hasExternalWeakLinkage() &&
      !(F && F->isIntrinsic())) {
    const std::string Name = identityKey(*GV);
    if (!Name.empty() && !Running.find(Name))
      Names.insert(Name);
    return;
  }
  // Unnamed constants come along with what uses them.
  const auto *Var = dyn_cast<GlobalVariable>(&C);
  if (Var && (!Var->hasInitializer() || !identityKey(*Var).empty()))
    return;
  if (!F)
    for (const Use &Operand : C.operands())
      if (const auto *Part = dyn_cast<Constant>(Operand))
        visit(*Part);
}

void Update::judgeImports() {
  Declarations Found(*Running);
  for (const auto &[Key, Change] : Code->all())
    if (Change.New &&
        (Contents.Replaced.count(Key) || Contents.Added.count(Key)))
      Found.visit(*Change.New);
  for (const std::string &Key : Contents.OwnData)
    if (const auto *Var = dyn_cast_or_null<GlobalVariable>(
            Code->correspondence().findNew(Key)))
      if (Var->hasInitializer())
        Found.visit(*Var->getInitializer());
  judgeSymbols(Found.Names);
}

/// False if something is missing for certain.
bool Update::judgeSymbols(const std::set<std::string> &Names) {
  if (Names.empty())
    return true;
  if (!Libraries)
    Libraries =
        std::make_unique<LibrarySymbols>(binaryPath(), Old.Info.Identity);
  SmallVector<std::string, 4> Open;
  bool Fine = true;
  for (const std::string &Name : Names) {
    if (Libraries->provides(Name) || StringRef(Name).starts_with("__dsu_"))
      continue;
    if (!Libraries->unknown().empty()) {
      Open.push_back("'" + Name + "'");
      continue;
    }
    Fine = false;
    Result.Found.add(
        {Finding::Refusal, "missing-symbol", Name,
         "new code uses '" + Name + "', " +
             (Libraries->hides(Name)
                  ? "which the running program has in an object that was not "
                    "compiled by dsu-cc, where a patch cannot reach it"
                  : "which is not in the program as built by dsu-cc, nor in "
                    "any "
                    "library that the running program loads (it comes from an "
                    "object that another compiler made, from a static library, "
                    "or from a library that is new)"),
         "",
         "use what the running program or its libraries have, or restart the "
         "program; compile the object with dsu-cc, or link with -rdynamic, to "
         "have it in reach of later patches"});
  }
  if (!Open.empty() && !UncheckedSymbols) {
    UncheckedSymbols = true;
    Result.Found.add(
        {Finding::Note, "unchecked-symbols", Names.begin()->c_str(),
         "whether the running program has " + join(Open, ", ") +
             " is not known (" + Libraries->unknown() +
             "): if not, it will refuse the patch",
         "",
         Libraries->belongs() ? "ask the running program by dsuctl check"
                              : "name what runs by --old-binary=FILE"});
  }
  return Fine;
}

} // namespace dsu
