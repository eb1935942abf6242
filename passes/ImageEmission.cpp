//===- ImageEmission.cpp - the link half: make a base image ---------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See ImageEmission.h for the steps.
//
//===----------------------------------------------------------------------===//

#include "ImageEmission.h"

#include "CallSites.h"
#include "FunctionFlags.h"
#include "FunctionHash.h"
#include "FunctionIndirection.h"
#include "Identity.h"
#include "ImageMetadata.h"
#include "OpaqueCalls.h"
#include "ProgramFile.h"
#include "Selection.h"
#include "StatePinning.h"
#include "UnitCapture.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Support/Path.h"

#include <cstdlib>

using namespace llvm;

namespace dsu {

PreservedAnalyses CollectUnitsPass::run(Module &M, ModuleAnalysisManager &) {
  *Units = takeUnits(M);
  resolveIdentities(M);
  pinState(M);
  return PreservedAnalyses::none();
}

/// What the tables say of a function, taken before it is changed.
static FunctionEntry describeFunction(Function &F, const FunctionFlags &Flags) {
  FunctionEntry Entry;
  Entry.Name = identityOf(F);
  Entry.Hash = functionHash(F);
  Entry.Flags = Flags.of(F);
  if (const DISubprogram *SP = F.getSubprogram())
    Entry.Line = SP->getLine();
  return Entry;
}

static std::string plainName(const GlobalValue &GV) {
  return GlobalValue::dropLLVMManglingEscape(GV.getName()).str();
}

/// Something that a patch may name, and that is not ours.
static bool isExternal(const GlobalValue &GV) {
  if (!GV.hasName() || GV.getName().starts_with("llvm.") ||
      GV.getName().starts_with("__dsu_"))
    return false;
  if (GV.isDeclarationForLinker())
    return !GV.use_empty();
  return isPreemptible(GV);
}

static void addVariables(Module &M, ImageBuilder &Image) {
  for (GlobalVariable &GV : M.globals()) {
    bool Ours = !GV.isDeclarationForLinker() && GV.hasMetadata(abi::DSU_MD_ID);
    // A thread-local has no address that a table could hold.
    if (GV.isThreadLocal() ? Ours || isExternal(GV) : Ours && !isExternal(GV))
      Image.addData(identityOf(GV), GV);
    else if (!GV.isThreadLocal() && isExternal(GV))
      Image.addExternal(plainName(GV), GV);
  }
}

/// Functions of ours that are reached by their addresses only.  Asked before
/// there are wrappers, which are not updatable either.
static std::vector<Function *> fixedFunctions(Module &M) {
  std::vector<Function *> Result;
  for (Function &F : M)
    if (!F.isDeclarationForLinker() && !F.getName().starts_with("__dsu_") &&
        !isUpdatable(F) && !isExternal(F))
      Result.push_back(&F);
  return Result;
}

/// By the name that a patch will use; what has none cannot be named.
static void addExternalFunctions(Module &M, ArrayRef<Function *> Fixed,
                                 ImageBuilder &Image) {
  for (Function &F : M)
    if (!F.isIntrinsic() && isExternal(F))
      Image.addExternal(plainName(F), F);
  for (Function *F : Fixed) {
    std::string Name = identityOf(*F);
    if (Name.empty() && !F->hasLocalLinkage())
      Name = plainName(*F);
    if (!Name.empty())
      Image.addExternal(std::move(Name), *F);
  }
}

/// What the user calls it, for messages: the program, if its name is known by
/// that of its program file; without LTO an image is one source file's.
static std::string imageName(const ProgramInfo &Info) {
  const char *Path = std::getenv("DSU_PROGRAM_OUT");
  StringRef Name = sys::path::filename(Path ? Path : "");
  if (Name.consume_back(".dsu.bc") && !Name.empty() && !Name.ends_with(".o"))
    return Name.str();
  return Info.Source;
}

PreservedAnalyses ImagePass::run(Module &M, ModuleAnalysisManager &) {
  restoreCallees(M);
  finalizeIdentities(M);
  if (none_of(M, isUpdatable))
    return PreservedAnalyses::none();

  ProgramInfo Info = describeProgram(M);
  if (const char *Path = std::getenv("DSU_PROGRAM_OUT"); Path && *Path)
    if (Error E = writeProgram(Path, M, Info, *Units)) {
      M.getContext().emitError("DSU: " + toString(std::move(E)));
      return PreservedAnalyses::none();
    }

  ImageBuilder Image(M);
  Image.setIdentity(Info.Identity);
  Image.setName(imageName(Info));
  Image.setProducer(Info.Linker);
  addVariables(M, Image);

  const FunctionFlags Flags(M);
  DenseMap<const Function *, FunctionEntry> Entries;
  for (Function &F : M)
    if (isUpdatable(F)) {
      Entries[&F] = describeFunction(F, Flags);
      numberCallSites(F);
    }
  const std::vector<Function *> Fixed = fixedFunctions(M);
  Indirection Indirected = indirectModule(M, /*AtEntries=*/true);
  for (auto [Slot, F] : enumerate(Indirected.Functions)) {
    FunctionEntry Entry = std::move(Entries[F.Body]);
    Entry.Body = F.Body;
    Entry.Address = F.Stable;
    Entry.Slot = Slot;
    if (F.AtEntry)
      Entry.Flags |= abi::DSU_FUNC_ENTRY;
    Image.addFunction(std::move(Entry));
  }
  // Now that wrappers have the symbols.
  addExternalFunctions(M, Fixed, Image);
  Image.setSlots(Indirected.Slots, Indirected.Functions.size());
  Image.emitBase();
  return PreservedAnalyses::none();
}

} // namespace dsu
