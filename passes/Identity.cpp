//===- Identity.cpp - stable names of functions and globals ---------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Identity.h for the life of !dsu.id.
//
//===----------------------------------------------------------------------===//

#include "Identity.h"

#include "FunctionHash.h"
#include "RuntimeABI.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cstdlib>

using namespace llvm;

namespace dsu {

static StringRef plainName(const GlobalObject &GO) {
  return GlobalValue::dropLLVMManglingEscape(GO.getName());
}

/// The first operand of !dsu.id; empty if there is none.
static StringRef recordedIdentity(const GlobalObject &GO) {
  const MDNode *Node = GO.getMetadata(abi::DSU_MD_ID);
  if (!Node || Node->getNumOperands() == 0)
    return {};
  const auto *Text = dyn_cast_or_null<MDString>(Node->getOperand(0));
  return Text ? Text->getString() : StringRef();
}

/// The name that the original has; clones have another one.
static StringRef expectedName(const GlobalObject &GO) {
  const MDNode *Node = GO.getMetadata(abi::DSU_MD_ID);
  if (Node->getNumOperands() > 1)
    if (const auto *Name = dyn_cast_or_null<MDString>(Node->getOperand(1)))
      return Name->getString();
  StringRef Identity = recordedIdentity(GO);
  size_t Separator = Identity.rfind(';');
  return Separator == StringRef::npos ? Identity
                                      : Identity.substr(Separator + 1);
}

std::string identityOf(const GlobalObject &GO) {
  StringRef Identity = recordedIdentity(GO);
  if (Identity.empty() && GO.isDeclaration() && !GO.hasLocalLinkage())
    return plainName(GO).str();
  return Identity.str();
}

void setIdentity(GlobalObject &GO, StringRef Identity) {
  LLVMContext &Ctx = GO.getContext();
  GO.setMetadata(abi::DSU_MD_ID,
                 Identity.empty()
                     ? nullptr
                     : MDNode::get(Ctx, MDString::get(Ctx, Identity)));
}

std::string sourceNameOf(const Module &M) {
  SmallString<128> Path(M.getSourceFileName());
  const char *Root = std::getenv("DSU_ROOT");
  if (Root && *Root && !sys::fs::make_absolute(Path)) {
    sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
    SmallString<128> Prefix(Root);
    sys::path::remove_dots(Prefix, /*remove_dot_dot=*/true);
    if (sys::path::replace_path_prefix(Path, Prefix, ""))
      return Path.str().ltrim('/').str();
    return M.getSourceFileName();
  }
  return Path.str().str();
}

static bool deservesIdentity(const GlobalObject &GO) {
  if (GO.isDeclaration() || !GO.hasName() || GO.hasAppendingLinkage() ||
      GO.hasMetadata(abi::DSU_MD_ID))
    return false;
  StringRef Name = plainName(GO);
  if (Name.starts_with("llvm.") || Name.starts_with("__dsu_"))
    return false;
  // String literals and the like have no address that anyone may rely on.
  if (const auto *GV = dyn_cast<GlobalVariable>(&GO))
    return !(GV->hasPrivateLinkage() && GV->isConstant());
  return true;
}

bool assignIdentities(Module &M) {
  // Listed already: this is bitcode that another run has seen.
  if (M.getNamedMetadata(UnitsMetadata))
    return false;
  LLVMContext &Ctx = M.getContext();
  std::string Source = sourceNameOf(M);
  SmallVector<Metadata *, 2> Fields = {MDString::get(Ctx, Source)};
  if (const char *Flags = std::getenv("DSU_FLAGS"))
    Fields.push_back(MDString::get(Ctx, Flags));
  MDNode *Unit = MDNode::getDistinct(Ctx, Fields);
  M.getOrInsertNamedMetadata(UnitsMetadata)->addOperand(Unit);
  for (GlobalObject &GO : M.global_objects()) {
    if (!deservesIdentity(GO))
      continue;
    std::string Name = plainName(GO).str();
    if (!GO.hasLocalLinkage())
      setIdentity(GO, Name);
    else
      GO.setMetadata(
          abi::DSU_MD_ID,
          MDNode::get(
              Ctx,
              {MDString::get(Ctx, (Source + Twine(";") + Name).str()), Unit}));
  }
  return true;
}

void resolveIdentities(Module &M) {
  NamedMDNode *Units = M.getNamedMetadata(UnitsMetadata);
  if (!Units)
    return;
  LLVMContext &Ctx = M.getContext();
  DenseMap<const Metadata *, unsigned> Number;
  StringMap<unsigned> Seen;
  for (const MDNode *Unit : Units->operands())
    Number[Unit] = ++Seen[cast<MDString>(Unit->getOperand(0))->getString()];

  StringSet<> Taken;
  for (GlobalObject &GO : M.global_objects()) {
    if (GO.isDeclaration() || !GO.hasMetadata(abi::DSU_MD_ID))
      continue;
    const MDNode *Node = GO.getMetadata(abi::DSU_MD_ID);
    std::string Identity = recordedIdentity(GO).str();
    unsigned Unit =
        Node->getNumOperands() > 1 ? Number.lookup(Node->getOperand(1)) : 0;
    if (Unit > 1)
      Identity += "#" + utostr(Unit);
    // A second one of the same identity is a clone already; finalizeIdentities
    // tells by the name, which no function has.
    bool Original = Taken.insert(Identity).second;
    GO.setMetadata(
        abi::DSU_MD_ID,
        MDNode::get(Ctx, {MDString::get(Ctx, Identity),
                          MDString::get(Ctx, Original ? plainName(GO) : "")}));
  }
  for (MDNode *Unit : Units->operands())
    if (Unit->getNumOperands() > 1)
      M.getOrInsertNamedMetadata(FlagsMetadata)
          ->addOperand(
              MDNode::get(Ctx, {Unit->getOperand(0), Unit->getOperand(1)}));
  M.eraseNamedMetadata(Units);
}

void finalizeIdentities(Module &M) {
  // Hashes first: a hash refers to other functions by their identities.
  SmallVector<std::pair<GlobalObject *, std::string>, 0> Result;
  StringSet<> Taken;
  for (GlobalObject &GO : M.global_objects()) {
    if (GO.isDeclaration() || !GO.hasMetadata(abi::DSU_MD_ID))
      continue;
    std::string Identity = recordedIdentity(GO).str();
    auto *F = dyn_cast<Function>(&GO);
    if (plainName(GO) != expectedName(GO)) {
      if (F)
        Identity += ".clone." + utohexstr(functionHash(*F), /*LowerCase=*/true);
      else
        Identity.clear(); // a piece of a constant: private from now on
    }
    // Clones with equal bodies stand for each other, in any order.
    std::string Base = Identity;
    for (unsigned N = 2; !Identity.empty() && !Taken.insert(Identity).second;)
      Identity = Base + "." + utostr(N++);
    Result.emplace_back(&GO, std::move(Identity));
  }
  for (auto &[GO, Identity] : Result)
    setIdentity(*GO, Identity);
}

PreservedAnalyses IdentityPass::run(Module &M, ModuleAnalysisManager &) {
  assignIdentities(M);
  return PreservedAnalyses::all(); // metadata only
}

} // namespace dsu
