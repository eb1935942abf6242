//===- GlobalChanges.cpp - variables, constants, constructors -------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See GlobalChanges.h.
//
//===----------------------------------------------------------------------===//

#include "GlobalChanges.h"

#include "Correspondence.h"
#include "DebugTypes.h"
#include "RunningProgram.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace dsu {

std::vector<std::pair<std::string, uint64_t>> structorsOf(const Module &M,
                                                          StringRef List) {
  std::vector<std::pair<std::string, uint64_t>> Result;
  const GlobalVariable *GV = M.getNamedGlobal(List);
  if (!GV || !GV->hasInitializer())
    return Result;
  const auto *Array = dyn_cast<ConstantArray>(GV->getInitializer());
  if (!Array)
    return Result;
  for (const Use &Element : Array->operands()) {
    const auto *Entry = cast<ConstantStruct>(Element);
    const auto *Priority = cast<ConstantInt>(Entry->getOperand(0));
    const auto *F =
        dyn_cast<GlobalValue>(Entry->getOperand(1)->stripPointerCasts());
    if (F)
      Result.push_back({identityKey(*F), Priority->getZExtValue()});
  }
  return Result;
}

/// A section that the source asks for, not one that the passes gave (.data.x).
static bool isUserSection(const GlobalVariable &GV) {
  return GV.hasSection() &&
         (isAlpha(GV.getSection().front()) || GV.getSection().front() == '_');
}

static GlobalChanges::VariableMap variablesOf(const Module &M) {
  GlobalChanges::VariableMap Result;
  for (const GlobalVariable &GV : M.globals()) {
    std::string Key = identityKey(GV);
    if (!Key.empty())
      Result[Key] = &GV;
  }
  return Result;
}

void GlobalChanges::refuse(const std::string &Key, const GlobalVariable &New,
                           std::string Code, std::string Text,
                           std::string Remedy) {
  Into.add({Finding::Refusal, std::move(Code), Key, std::move(Text),
            definitionPlace(New), std::move(Remedy)});
}

/// A type of the same name that is another one, unless it has been told
/// already.
const DIType *GlobalChanges::findOtherType(const DIType *Old,
                                           const DIType *New) const {
  return findDifference(Old, New, [&](const std::string &Name) {
    return llvm::any_of(Into.all(), [&](const Finding &F) {
      return F.Subject == Name &&
             (F.Code == "struct-layout" || F.Code == "enum-values");
    });
  });
}

void GlobalChanges::comparePair(const std::string &Key,
                                const GlobalVariable &Old,
                                const GlobalVariable &New) {
  const bool DefinedOld = !Old.isDeclaration();
  const bool DefinedNew = !New.isDeclaration();
  if (DefinedOld != DefinedNew) {
    refuse(Key, New, "global-moved",
           "'" + Key + "' is defined by the " +
               (DefinedOld ? "old program but only declared by the new one"
                           : "new program but only declared by the old one"),
           "two objects would exist under one name: restart the program");
    return;
  }
  if (Old.isThreadLocal() != New.isThreadLocal()) {
    refuse(Key, New, "global-thread-local",
           "'" + Key + "' " +
               (New.isThreadLocal() ? "becomes thread-local"
                                    : "is no longer thread-local"),
           "keep its storage class, use a new name, or restart the program");
    return;
  }
  if (!DefinedOld)
    return;
  if (Old.isConstant() != New.isConstant()) {
    refuse(Key, New, "global-constness",
           "'" + Key + "' changes from " +
               (Old.isConstant() ? "constant to variable"
                                 : "variable to constant"),
           "keep its qualifiers, use a new name, or restart the program");
    return;
  }
  if (Old.isConstant())
    return; // contents are compared by Correspondence

  const DataLayout &DL = Old.getParent()->getDataLayout();
  const uint64_t SizeOld = DL.getTypeAllocSize(Old.getValueType());
  const uint64_t SizeNew = DL.getTypeAllocSize(New.getValueType());
  const DIType *TypeOld = variableType(Old), *TypeNew = variableType(New);
  const std::string NameOld = TypeOld ? typeName(TypeOld) : "";
  const std::string NameNew = TypeNew ? typeName(TypeNew) : "";
  if (TypeOld && TypeNew && NameOld != NameNew) {
    refuse(Key, New, "global-retyped",
           "'" + Key + "' is retyped from " + NameOld + " to " + NameNew,
           "retyped globals cannot be applied live yet: keep the type, use a "
           "new name, or restart the program");
  } else if (const DIType *Other = findOtherType(TypeOld, TypeNew)) {
    refuse(Key, New, "global-retyped",
           "'" + Key + "' has the type " + NameNew + " as before, but '" +
               typeName(Other) + "' is another type now",
           "retyped globals cannot be applied live yet: keep the type, use a "
           "new name, or restart the program");
  } else if (SizeOld != SizeNew) {
    refuse(Key, New, "global-resized",
           "'" + Key + "' is resized from " + std::to_string(SizeOld) + " to " +
               std::to_string(SizeNew) + " bytes",
           "resized globals cannot be applied live yet: keep the size, use a "
           "new name, or restart the program");
  } else if (New.getAlign().valueOrOne() > Old.getAlign().valueOrOne()) {
    refuse(Key, New, "global-alignment",
           "'" + Key + "' needs an alignment of " +
               std::to_string(New.getAlign().valueOrOne().value()) +
               " bytes, the object in memory has " +
               std::to_string(Old.getAlign().valueOrOne().value()),
           "keep the alignment, use a new name, or restart the program");
  } else if (Old.getSection() != New.getSection() &&
             (isUserSection(Old) || isUserSection(New))) {
    Into.add({Finding::Note, "global-section", Key,
              "'" + Key + "' moves from section '" + Old.getSection().str() +
                  "' to '" + New.getSection().str() + "'; it stays where it is",
              definitionPlace(New), ""});
  }
}

static const DIGlobalVariable *debugVariable(const GlobalVariable &GV) {
  SmallVector<DIGlobalVariableExpression *, 1> Expressions;
  GV.getDebugInfo(Expressions);
  return Expressions.empty() ? nullptr : Expressions[0]->getVariable();
}

static const DISubprogram *enclosingFunction(const DIGlobalVariable &Variable) {
  const auto *Scope = dyn_cast_or_null<DILocalScope>(Variable.getScope());
  return Scope ? Scope->getSubprogram() : nullptr;
}

static bool isStaticLocal(const GlobalVariable &GV) {
  const DIGlobalVariable *Variable = debugVariable(GV);
  return Variable && enclosingFunction(*Variable);
}

/// The name as written, without file and function.
static StringRef shortName(StringRef Key, const GlobalVariable &GV) {
  if (const DIGlobalVariable *Variable = debugVariable(GV))
    return Variable->getName();
  const size_t At = Key.rfind(';');
  return At == StringRef::npos ? Key : Key.substr(At + 1);
}

/// Whether two variables of one written name may be meant to be one.  Names of
/// static locals are short, and many functions have the same: if one is among
/// them, the type has to agree.
static bool mayHaveMoved(const GlobalVariable &Old, const GlobalVariable &New) {
  if (!isStaticLocal(Old) && !isStaticLocal(New))
    return true;
  const DIType *TypeOld = variableType(Old), *TypeNew = variableType(New);
  return typeName(TypeOld) == typeName(TypeNew);
}

/// Whether code of the function, wherever it was inlined, uses the object.
static bool isUsedBy(const Constant &Object, StringRef Function) {
  return any_of(Object.users(), [&](const User *U) {
    if (const auto *C = dyn_cast<Constant>(U))
      return !isa<GlobalValue>(C) && isUsedBy(*C, Function);
    const auto *I = cast<Instruction>(U);
    const DISubprogram *Whole = I->getFunction()->getSubprogram();
    if (Whole && Whole->getName() == Function)
      return true;
    for (const DILocation *L = I->getDebugLoc(); L; L = L->getInlinedAt())
      if (L->getScope()->getSubprogram()->getName() == Function)
        return true;
    return false;
  });
}

/// Whether two variables of different names may be meant to be one: they have
/// the same type and stand in the same function, or outside of all in the same
/// file; or one stands in a function that uses the other, which does not.
/// Without debug information that is not known.
static bool mayBeRenamed(const GlobalVariable &Old, const GlobalVariable &New) {
  const DIGlobalVariable *DebugOld = debugVariable(Old),
                         *DebugNew = debugVariable(New);
  if (!DebugOld || !DebugNew ||
      typeName(variableType(Old)) != typeName(variableType(New)) ||
      sys::path::filename(DebugOld->getFilename()) !=
          sys::path::filename(DebugNew->getFilename()))
    return false;
  const DISubprogram *InOld = enclosingFunction(*DebugOld),
                     *InNew = enclosingFunction(*DebugNew);
  if (InOld && InNew)
    return InOld->getName() == InNew->getName();
  if (InNew)
    return isUsedBy(Old, InNew->getName());
  return !InOld || isUsedBy(New, InOld->getName());
}

/// Whether the identities agree but for the directory of the source file.
static bool differInDirectory(StringRef Old, StringRef New) {
  const auto [FileOld, NameOld] = Old.rsplit(';');
  const auto [FileNew, NameNew] = New.rsplit(';');
  return NameOld == NameNew && FileOld != FileNew &&
         sys::path::filename(FileOld) == sys::path::filename(FileNew);
}

void GlobalChanges::compareGone(const std::string &Key,
                                const GlobalVariable &New,
                                const VariableMap &Gone, bool Accepted) {
  const StringRef Name = shortName(Key, New);
  auto Other = find_if(Gone, [&](const auto &Entry) {
    return shortName(Entry.first, *Entry.second) == Name &&
           mayHaveMoved(*Entry.second, New);
  });
  const bool Moved = Other != Gone.end();
  if (!Moved)
    Other = find_if(Gone, [&](const auto &Entry) {
      return mayBeRenamed(*Entry.second, New);
    });
  if (Other == Gone.end())
    return;
  const std::string Remedy =
      std::string(Moved ? "keep its linkage, file and function (DSU_ROOT, if "
                          "only the directory is another)"
                        : "keep the name") +
      ", or pass " + asTyped("--new-variable", Key) +
      " if it may start with its initial value";
  Finding F = {Accepted ? Finding::Note : Finding::Decision,
               Moved ? "global-moved" : "global-renamed",
               Key,
               "'" + Key + "' is new while '" + Other->first + "'" +
                   (Moved ? "" : " of the same type") +
                   " is gone: if they are meant to be one, its value would be "
                   "lost",
               definitionPlace(New),
               Accepted ? "" : Remedy};
  if (Accepted || !differInDirectory(Other->first, Key)) {
    Into.add(std::move(F));
    return;
  }
  if (Elsewhere.empty())
    ElsewhereOld = StringRef(Other->first).rsplit(';').first.str();
  Elsewhere.push_back(std::move(F));
}

/// Where many variables seem to have moved the reason is one: the versions
/// were compiled by different names of the same files.
void GlobalChanges::tellElsewhere() {
  if (Elsewhere.size() < 2) {
    for (Finding &F : Elsewhere)
      Into.add(std::move(F));
    return;
  }
  Finding F = Elsewhere.front();
  const std::string FileNew = StringRef(F.Subject).rsplit(';').first.str();
  F.Code = "source-tree";
  F.Text = std::to_string(Elsewhere.size()) +
           " variables are new while those of the same names in files of "
           "other directories are gone, as '" +
           F.Subject + "' and that of '" + ElsewhereOld +
           "': if they are meant to be one, their values would be lost";
  F.Remedy = "build both versions with DSU_ROOT set to the top of their "
             "source trees; if the old one runs already, compile the new one's "
             "files under the old names ('" +
             FileNew + "' as '" + ElsewhereOld +
             "'); or pass --new-variable=NAME for each variable that may start "
             "with its initial value";
  Into.add(std::move(F));
}

GlobalChanges::GlobalChanges(const Module &Old, const Module &New,
                             const std::set<std::string> &Fresh, Findings &Into)
    : Into(Into) {
  const auto VariablesOld = variablesOf(Old), VariablesNew = variablesOf(New);
  VariableMap Gone;
  for (const auto &[Key, GV] : VariablesOld)
    if (!GV->isDeclaration() && !GV->isConstant() && !VariablesNew.count(Key))
      Gone.emplace(Key, GV);
  for (const auto &[Key, GV] : VariablesNew) {
    auto It = VariablesOld.find(Key);
    if (It != VariablesOld.end()) {
      comparePair(Key, *It->second, *GV);
    } else if (!GV->isDeclaration()) {
      Added.insert(Key);
      if (!GV->isConstant())
        compareGone(Key, *GV, Gone, Fresh.count(Key));
      Changes.push_back({Key,
                         GV->isThreadLocal() ? "new thread-local variable"
                         : GV->isConstant()  ? "new constant"
                                             : "new variable",
                         definitionPlace(*GV)});
      // Programs walk such sections from end to end; nobody would see ours.
      if (isUserSection(*GV))
        Into.add({Finding::Decision, "global-section", Key,
                  "'" + Key + "' is new and lies in section '" +
                      GV->getSection().str() +
                      "', which the program may walk: it will not be found "
                      "there",
                  definitionPlace(*GV),
                  "register it by code instead, or restart the program"});
    }
  }
  tellElsewhere();
  for (const auto &[Key, GV] : VariablesOld)
    if (!GV->isDeclaration() && !VariablesNew.count(Key))
      Changes.push_back(
          {Key, GV->isConstant() ? "constant removed" : "variable removed",
           definitionPlace(*GV)});
}

} // namespace dsu
