//===- UpdateOutput.cpp - write the patch and the next program ------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The last step of Update.h.
//
//===----------------------------------------------------------------------===//

#include "Files.h"
#include "Inputs.h"
#include "PatchObject.h"
#include "Update.h"

#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"

using namespace llvm;

namespace dsu {

static Error failure(const Twine &Message) {
  return createStringError(inconvertibleErrorCode(), Message.str());
}

/// The same identities in the units as in the whole.
static Error renameIn(std::string &Unit, const UnitPairs &Units,
                      const StaticLocals &Statics) {
  if (Units.empty() && Statics.empty())
    return Error::success();
  LLVMContext Context;
  Expected<std::unique_ptr<Module>> M =
      parseBitcodeFile(MemoryBufferRef(Unit, "unit"), Context);
  if (!M)
    return M.takeError();
  const bool Renumbered = Units.apply(**M);
  if (!Statics.apply(**M) && !Renumbered)
    return Error::success();
  SmallVector<char, 0> Buffer;
  raw_svector_ostream OS(Buffer);
  WriteBitcodeToFile(**M, OS);
  Unit.assign(Buffer.begin(), Buffer.end());
  return Error::success();
}

/// Writes the program as it runs once the patch is in.  Usually that is the
/// new version itself.
Error Update::writeNextProgram(StringRef Path, Program &Next) {
  CarriedState Carried;
  for (const std::string &Key : UpdatableNew) {
    const RunningEntity *Then = Running->find(Key), *Now = Fresh->find(Key);
    if (!Then || Then->Kind != RunningEntity::Function)
      continue;
    if (Then->Stable && !Now->Stable)
      Carried.Stable.insert(Key);
    if (!Contents.Replaced.count(Key) && !Contents.Added.count(Key) &&
        Then->Hash != Now->Hash)
      Carried.Hashes[Key] = Then->Hash;
  }
  Carried.Kept = Running->carried().Kept;
  for (const auto &[Key, Change] : Code->all())
    if (Change.Status == FunctionChange::Removed && UpdatableOld.count(Key) &&
        !Contents.Removed.count(Key))
      Carried.Kept.insert(Key);
  Contents.To = New.Info.Identity;
  if (Carried.empty() && Trees->empty() && Units->empty() && Statics->empty()) {
    if (std::error_code EC = sys::fs::copy_file(Options.NewFile, Path))
      return failure("'" + Path + "' cannot be written: " + EC.message());
    return Error::success();
  }
  if (NamedMDNode *Info = Next.Whole->getNamedMetadata(abi::DSU_MD_PROGRAM))
    Info->eraseFromParent();
  Carried.write(*Next.Whole);
  Trees->apply(Next);
  if (!Trees->empty())
    Next.Units = New.Units; // renamed already
  Units->apply(*Next.Whole);
  Statics->apply(*Next.Whole);
  for (std::string &Unit : Next.Units)
    if (Error E = renameIn(Unit, *Units, *Statics))
      return E;
  Next.Info.Identity = computeIdentity(*Next.Whole);
  Contents.To = Next.Info.Identity;
  return writeProgram(Path, *Next.Whole, Next.Info, Next.Units);
}

Error Update::make() {
  // Not destroyed: see main.
  LLVMContext &PatchContext = *new LLVMContext;
  Program &Next = *new Program;
  if (Error E = loadProgram(Options.NewFile, PatchContext, Next))
    return E;
  const std::string NextFile = programPath(Options.Output);
  if (Error E = writeNextProgram(NextFile, Next))
    return E;
  Result.NewIdentity = toHex(Contents.To);
  Error E = buildPatchModule(*Next.Whole, Contents);
  if (!E)
    E = writePatchObject(*Next.Whole, Options.Output, Options.Linker,
                         [&](const std::set<std::string> &Names) {
                           return judgeSymbols(Names);
                         });
  if (E) // no program file without its patch
    FileRemover Remove(NextFile);
  // Only code generation knows which functions of its own it calls.
  if (Result.Found.has(Finding::Refusal)) {
    consumeError(std::move(E));
    decide();
    return Error::success();
  }
  return E;
}

} // namespace dsu
