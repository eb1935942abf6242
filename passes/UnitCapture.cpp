//===- UnitCapture.cpp - keep each unit as it was before inlining ---------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See UnitCapture.h.
//
//===----------------------------------------------------------------------===//

#include "UnitCapture.h"

#include "Identity.h"
#include "RuntimeABI.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/IR/Constants.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace dsu {

/// Metadata on the constant: the unit's node in !dsu.units.
static constexpr char UnitMetadata[] = "dsu.unit";

static bool isCapture(const GlobalVariable &GV) {
  return GV.getSection() == abi::DSU_SECTION_UNIT &&
         GV.hasMetadata(UnitMetadata) && GV.hasInitializer();
}

static std::string serialize(const Module &M) {
  std::string Bitcode;
  raw_string_ostream OS(Bitcode);
  WriteBitcodeToFile(M, OS);
  return OS.str();
}

bool captureUnit(Module &M) {
  NamedMDNode *Units = M.getNamedMetadata(UnitsMetadata);
  if (!Units || Units->getNumOperands() != 1 || any_of(M.globals(), isCapture))
    return false;
  LLVMContext &Ctx = M.getContext();
  Constant *Data =
      ConstantDataArray::getString(Ctx, serialize(M), /*AddNull=*/false);
  auto *GV =
      new GlobalVariable(M, Data->getType(), /*isConstant=*/true,
                         GlobalValue::PrivateLinkage, Data, "__dsu_unit");
  GV->setSection(abi::DSU_SECTION_UNIT);
  GV->setAlignment(Align(1));
  // AddressSanitizer would put it into a struct with a red zone.
  GlobalValue::SanitizerMetadata Plain;
  Plain.NoAddress = true;
  GV->setSanitizerMetadata(Plain);
  GV->setMetadata(UnitMetadata, Units->getOperand(0));
  // Should the link know nothing of DSU, it drops the section.
  GV->setMetadata(LLVMContext::MD_exclude, MDNode::get(Ctx, {}));
  appendToCompilerUsed(M, {GV});
  return true;
}

/// One source file compiled and linked several times: the unit's identities
/// get the number that the whole program's have.
static Expected<std::string> renumber(StringRef Bitcode, unsigned Number) {
  LLVMContext Ctx;
  auto M = parseBitcodeFile(MemoryBufferRef(Bitcode, "captured unit"), Ctx);
  if (!M)
    return M.takeError();
  for (GlobalObject &GO : (*M)->global_objects())
    if (!GO.isDeclaration() && GO.hasLocalLinkage())
      if (std::string Identity = identityOf(GO); !Identity.empty())
        setIdentity(GO, Identity + "#" + utostr(Number));
  return serialize(**M);
}

std::vector<std::string> takeUnits(Module &M) {
  DenseMap<const MDNode *, GlobalVariable *> Captures;
  for (GlobalVariable &GV : M.globals())
    if (isCapture(GV))
      Captures[GV.getMetadata(UnitMetadata)] = &GV;

  std::vector<std::string> Result;
  StringMap<unsigned> Seen;
  if (const NamedMDNode *Units = M.getNamedMetadata(UnitsMetadata))
    for (const MDNode *Unit : Units->operands()) {
      StringRef Source = cast<MDString>(Unit->getOperand(0))->getString();
      unsigned Number = ++Seen[Source];
      GlobalVariable *GV = Captures.lookup(Unit);
      if (!GV)
        continue;
      auto *Data = cast<ConstantDataSequential>(GV->getInitializer());
      std::string Bitcode = Data->getRawDataValues().str();
      if (Number > 1) {
        Expected<std::string> Renumbered = renumber(Bitcode, Number);
        if (!Renumbered) {
          M.getContext().emitError("DSU: " + Source + ": " +
                                   toString(Renumbered.takeError()));
          continue;
        }
        Bitcode = std::move(*Renumbered);
      }
      Result.push_back(std::move(Bitcode));
    }

  if (!Captures.empty())
    removeFromUsedLists(M, [](Constant *C) {
      auto *GV = dyn_cast<GlobalVariable>(C->stripPointerCasts());
      return GV && isCapture(*GV);
    });
  for (auto [Unit, GV] : Captures)
    GV->eraseFromParent();
  return Result;
}

PreservedAnalyses UnitCapturePass::run(Module &M, ModuleAnalysisManager &) {
  return captureUnit(M) ? PreservedAnalyses::none() : PreservedAnalyses::all();
}

} // namespace dsu
