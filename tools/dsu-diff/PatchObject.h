//===- PatchObject.h - from the patch's module to fix.dsu.so ----*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Code generation in process, a run of LLVM's linker, and the checks that stand
// between its output and a running server: relocations against imports are only
// those that the runtime applies, nothing runs when the patch is loaded, and
// the file ends in a hash of itself.  The result appears under its name at
// once or not at all.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_PATCHOBJECT_H
#define DSU_TOOLS_DIFF_PATCHOBJECT_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

#include <set>
#include <string>

namespace dsu {

/// Compiles and links \p M into the shared object \p Path.  \p Linker is the
/// linker to run; empty: LLVM's own, from beside its other tools or the PATH.
/// \p Accepts is asked whether the names that the dynamic linker will have to
/// find are all right; if not, nothing is written.
llvm::Error writePatchObject(
    llvm::Module &M, llvm::StringRef Path, const std::string &Linker,
    llvm::function_ref<bool(const std::set<std::string> &)> Accepts);

/// Checks the relocations of the linked patch in \p Image.
llvm::Error checkPatchImage(llvm::StringRef Image);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_PATCHOBJECT_H
