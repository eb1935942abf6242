//===- ImageEmission.h - the link half: make a base image -------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What happens to the whole program at the end of the pipeline (or to the one
// module, without LTO), in this order:
//
//   1. calls in lifelong functions are direct ones again (OpaqueCalls.h),
//      identities of clones are settled, bodies hashed, the program's identity
//      computed and its file written (DSU_PROGRAM_OUT): all on the program as
//      optimized, which is what dsu-diff compares;
//   2. call sites are numbered;
//   3. calls are indirected, wrappers made;
//   4. the image's tables are emitted.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_PASSES_IMAGEEMISSION_H
#define DSU_PASSES_IMAGEEMISSION_H

#include "llvm/IR/Module.h"
#include "llvm/IR/PassManager.h"

#include <memory>
#include <string>
#include <vector>

namespace dsu {

/// Bitcode of the units, from the early to the last hook of one pipeline.
using UnitList = std::shared_ptr<std::vector<std::string>>;

/// The early hook: units out of the module, identities unique in it, common
/// symbols pinned that have become ordinary ones.  Textual name:
/// dsu-collect-units.
class CollectUnitsPass : public llvm::PassInfoMixin<CollectUnitsPass> {
  UnitList Units;

public:
  explicit CollectUnitsPass(UnitList Units) : Units(std::move(Units)) {}
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

/// The last hook.  Textual name: dsu-image.
class ImagePass : public llvm::PassInfoMixin<ImagePass> {
  UnitList Units;

public:
  explicit ImagePass(UnitList Units) : Units(std::move(Units)) {}
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace dsu

#endif // DSU_PASSES_IMAGEEMISSION_H
