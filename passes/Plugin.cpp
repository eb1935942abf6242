//===- Plugin.cpp - hooks of clang, lld and opt ---------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where the passes run.
//
//   clang, one file       start: unit half           last: link half
//   clang -flto           start: unit half           last: nothing
//   ld.lld, full LTO      early: collect the units   last: link half
//   opt                   each pass by its textual name
//
// A pipeline's last hook sees neither whether clang prepares for a link nor
// which kind; clang says so in module flags: full LTO sets "ThinLTO" to 0, thin
// LTO sets "EnableSplitLTOUnit" and no "ThinLTO", plain compilation neither.
//
// Options come by the environment (see docs), since lld refuses -mllvm options
// of a plugin that it loads later.
//
//===----------------------------------------------------------------------===//

#include "CallSites.h"
#include "FunctionIndirection.h"
#include "Identity.h"
#include "ImageEmission.h"
#include "OpaqueCalls.h"
#include "Selection.h"
#include "StatePinning.h"
#include "ThinFrames.h"
#include "UnitCapture.h"

#include "llvm/Passes/PassBuilder.h"
#if __has_include("llvm/Plugins/PassPlugin.h")
#include "llvm/Plugins/PassPlugin.h"
#else
#include "llvm/Passes/PassPlugin.h"
#endif
#include "llvm/TargetParser/Triple.h"

using namespace llvm;
using namespace dsu;

namespace {

/// Which pipeline clang runs on a module.
enum class Mode : uint8_t { SingleFile, FullLTO, ThinLTO };

Mode modeOf(const Module &M) {
  if (M.getModuleFlag("UnifiedLTO"))
    return Mode::ThinLTO;
  if (M.getModuleFlag("ThinLTO"))
    return Mode::FullLTO;
  return M.getModuleFlag("EnableSplitLTOUnit") ? Mode::ThinLTO
                                               : Mode::SingleFile;
}

/// Reports what DSU cannot work with; true if there was something.
bool refuse(Module &M) {
  Triple T(M.getTargetTriple());
  if (T.getArch() != Triple::x86_64 || !T.isOSLinux() || T.isX32() ||
      !T.isOSBinFormatELF()) {
    M.getContext().emitError("DSU: target " + T.str() +
                             " is not supported; use x86_64-linux-gnu");
    return true;
  }
  if (modeOf(M) == Mode::ThinLTO) {
    M.getContext().emitError("DSU: ThinLTO is not supported; use -flto=full");
    return true;
  }
  return false;
}

/// A step of the link half that a single file's pipeline runs too.
template <typename PassT> class SingleFileOnly : public PassT {
public:
  using PassT::PassT;
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &AM) {
    if (modeOf(M) != Mode::SingleFile)
      return PreservedAnalyses::all();
    excludeReplaceableCopies(M);
    return PassT::run(M, AM);
  }
};

/// The unit half; see the headers for the order of its steps.
struct UnitPass : PassInfoMixin<UnitPass> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &AM) {
    if (refuse(M) || !assignIdentities(M))
      return PreservedAnalyses::all();
    SelectionPass().run(M, AM);
    captureUnit(M);
    AM.invalidate(M, PreservedAnalyses::none());
    ThinFramesPass().run(M, AM);
    pinState(M);
    return PreservedAnalyses::none();
  }
  static bool isRequired() { return true; }
};

/// The textual names.
bool parsePass(StringRef Name, ModulePassManager &MPM, const UnitList &Units) {
  if (Name == "dsu-identity")
    MPM.addPass(IdentityPass());
  else if (Name == "dsu-selection")
    MPM.addPass(SelectionPass());
  else if (Name == "dsu-thin-frames")
    MPM.addPass(ThinFramesPass());
  else if (Name == "print<dsu-lifelong>")
    MPM.addPass(LifelongPrinterPass(errs()));
  else if (Name == "dsu-capture-unit")
    MPM.addPass(UnitCapturePass());
  else if (Name == "dsu-pin-state")
    MPM.addPass(StatePinningPass());
  else if (Name == "dsu-unit")
    MPM.addPass(UnitPass());
  else if (Name == "dsu-collect-units")
    MPM.addPass(CollectUnitsPass(Units));
  else if (Name == "dsu-restore-callees")
    MPM.addPass(RestoreCalleesPass());
  else if (Name == "dsu-call-sites")
    MPM.addPass(CallSitesPass());
  else if (Name == "dsu-indirection")
    MPM.addPass(IndirectionPass(/*AtEntries=*/false));
  else if (Name == "dsu-indirection<entries>")
    MPM.addPass(IndirectionPass(/*AtEntries=*/true));
  else if (Name == "dsu-image")
    MPM.addPass(ImagePass(Units));
  else
    return false;
  return true;
}

void registerHooks(PassBuilder &PB) {
  auto Units = std::make_shared<std::vector<std::string>>();
  PB.registerPipelineStartEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel) {
        MPM.addPass(UnitPass());
      });
  PB.registerOptimizerLastEPCallback(
#if LLVM_VERSION_MAJOR >= 20
      [Units](ModulePassManager &MPM, OptimizationLevel, ThinOrFullLTOPhase) {
#else
      [Units](ModulePassManager &MPM, OptimizationLevel) {
#endif
        MPM.addPass(SingleFileOnly<CollectUnitsPass>(Units));
        MPM.addPass(SingleFileOnly<ImagePass>(Units));
      });
  PB.registerFullLinkTimeOptimizationEarlyEPCallback(
      [Units](ModulePassManager &MPM, OptimizationLevel) {
        MPM.addPass(CollectUnitsPass(Units));
      });
  PB.registerFullLinkTimeOptimizationLastEPCallback(
      [Units](ModulePassManager &MPM, OptimizationLevel) {
        MPM.addPass(ImagePass(Units));
      });
  PB.registerAnalysisRegistrationCallback([](ModuleAnalysisManager &AM) {
    AM.registerPass([] { return LifelongAnalysis(); });
  });
  PB.registerPipelineParsingCallback(
      [Units](StringRef Name, ModulePassManager &MPM,
              ArrayRef<PassBuilder::PipelineElement>) {
        return parsePass(Name, MPM, Units);
      });
}

} // namespace

extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "DSU", "0.1", registerHooks};
}
