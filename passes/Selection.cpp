//===- Selection.cpp - which functions can be updated ---------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Selection.h.
//
//===----------------------------------------------------------------------===//

#include "Selection.h"

#include "Identity.h"
#include "LLVMVersions.h"
#include "RuntimeABI.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/Support/GlobPattern.h"

#include <cstdlib>

using namespace llvm;

namespace dsu {

Expected<Options> Options::parse(StringRef Text) {
  Options Result;
  SmallVector<StringRef, 4> Entries;
  Text.split(Entries, ';', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef Entry : Entries) {
    auto [Key, Values] = Entry.split('=');
    std::vector<std::string> *List =
        StringSwitch<std::vector<std::string> *>(Key.trim())
            .Case("exclude-functions", &Result.ExcludeFunctions)
            .Case("exclude-files", &Result.ExcludeFiles)
            .Case("include-functions", &Result.IncludeFunctions)
            .Case("lifelong", &Result.Lifelong)
            .Case("through-slots", &Result.ThroughSlots)
            .Default(nullptr);
    if (!List)
      return createStringError(
          inconvertibleErrorCode(),
          "DSU: DSU_OPTIONS has an unknown key '" + Key.trim().str() +
              "'; known are exclude-functions, exclude-files, "
              "include-functions, lifelong and through-slots");
    SmallVector<StringRef, 8> Parts;
    Values.split(Parts, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
    for (StringRef Part : Parts) {
      if (Expected<GlobPattern> Glob = GlobPattern::create(Part.trim()); !Glob)
        return createStringError(
            inconvertibleErrorCode(),
            "DSU: DSU_OPTIONS, " + Key.str() + ": '" + Part.str() +
                "' is not a pattern: " + toString(Glob.takeError()));
      List->push_back(Part.trim().str());
    }
  }
  return Result;
}

static bool matchesAny(ArrayRef<std::string> Patterns, StringRef Text) {
  return any_of(Patterns, [&](const std::string &Pattern) {
    // parse() has accepted them all.
    return cantFail(GlobPattern::create(Pattern)).match(Text);
  });
}

static bool isC(uint64_t Language) {
  return Language == dwarf::DW_LANG_C || Language == dwarf::DW_LANG_C89 ||
         Language == dwarf::DW_LANG_C99 || Language == dwarf::DW_LANG_C11 ||
         Language == dwarf::DW_LANG_C17;
}

/// Calls Each(F, Text) for every __attribute__((annotate(Text))) of a function.
static void forEachAnnotation(Module &M,
                              function_ref<void(Function &, StringRef)> Each) {
  const GlobalVariable *List = M.getNamedGlobal("llvm.global.annotations");
  if (!List || !List->hasInitializer())
    return;
  for (const Use &Element : List->getInitializer()->operands()) {
    const auto *Entry = dyn_cast<ConstantStruct>(Element);
    if (!Entry || Entry->getNumOperands() < 2)
      continue;
    auto *F = dyn_cast<Function>(Entry->getOperand(0)->stripPointerCasts());
    auto *Text =
        dyn_cast<GlobalVariable>(Entry->getOperand(1)->stripPointerCasts());
    if (!F || !Text || !Text->hasInitializer())
      continue;
    if (auto *Data = dyn_cast<ConstantDataSequential>(Text->getInitializer()))
      if (Data->isCString())
        Each(*F, Data->getAsCString());
  }
}

void applySelection(Module &M, const Options &Opts) {
  bool FileIsOff = matchesAny(Opts.ExcludeFiles, sourceNameOf(M));
  for (Function &F : M) {
    if (F.isDeclaration())
      continue;
    StringRef Name = GlobalValue::dropLLVMManglingEscape(F.getName());
    if ((FileIsOff || matchesAny(Opts.ExcludeFunctions, Name)) &&
        !matchesAny(Opts.IncludeFunctions, Name))
      F.addFnAttr(abi::DSU_ATTR_OFF);
    if (is_contained(Opts.Lifelong, Name))
      F.addFnAttr(abi::DSU_ATTR_LIFELONG);
    if (matchesAny(Opts.ThroughSlots, Name))
      F.addFnAttr(abi::DSU_ATTR_THROUGH_SLOT);
  }
  forEachAnnotation(M, [](Function &F, StringRef Text) {
    if (Text == "dsu:off")
      F.addFnAttr(abi::DSU_ATTR_OFF);
    else if (Text == "dsu:on")
      F.removeFnAttr(abi::DSU_ATTR_OFF);
    else if (Text == "dsu:lifelong")
      F.addFnAttr(abi::DSU_ATTR_LIFELONG);
  });
  // Stacks have to be readable at any instruction.
  for (Function &F : M)
    if (isUpdatable(F))
      F.setUWTableKind(UWTableKind::Async);
}

void excludeReplaceableCopies(Module &M) {
  for (Function &F : M)
    if (!F.isDeclaration() && F.isWeakForLinker())
      F.addFnAttr(abi::DSU_ATTR_OFF);
}

bool isUpdatable(const Function &F) {
  if (F.isDeclaration() || F.hasAvailableExternallyLinkage() || F.hasComdat() ||
      F.hasFnAttribute(abi::DSU_ATTR_OFF) || !F.hasMetadata(abi::DSU_MD_ID))
    return false;
  StringRef Name = GlobalValue::dropLLVMManglingEscape(F.getName());
  if (Name.starts_with("__dsu_") || Name.starts_with("_Z"))
    return false;
  // Resolvers run while the dynamic linker is still relocating.
  if (any_of(F.users(), [](const User *U) { return isa<GlobalIFunc>(U); }))
    return false;
  const DISubprogram *SP = F.getSubprogram();
  return !SP || !SP->getUnit() || isC(languageOf(*SP->getUnit()));
}

bool isPreemptible(const GlobalValue &GV) {
  return !GV.hasLocalLinkage() && !GV.isDSOLocal();
}

bool isExported(const GlobalValue &GV) {
  const Module &M = *GV.getParent();
  return !GV.hasLocalLinkage() && GV.hasDefaultVisibility() &&
         M.getPICLevel() != PICLevel::NotPIC &&
         M.getPIELevel() == PIELevel::Default;
}

PreservedAnalyses SelectionPass::run(Module &M, ModuleAnalysisManager &) {
  const char *Text = std::getenv("DSU_OPTIONS");
  Expected<Options> Opts = Options::parse(Text ? Text : "");
  if (!Opts) {
    M.getContext().emitError(toString(Opts.takeError()));
    return PreservedAnalyses::all();
  }
  applySelection(M, *Opts);
  return PreservedAnalyses::none();
}

} // namespace dsu
