//===- AssemblyNames.h - symbols that assembly names -----------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// `asm("call f")` is a call that nobody sees.  In the program f is the stable
// wrapper; in a patch it would be the patch's own body of f, which the next
// patch does not replace there, or nothing at all.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_ASSEMBLYNAMES_H
#define DSU_TOOLS_DIFF_ASSEMBLYNAMES_H

#include "llvm/IR/Function.h"

#include <string>

namespace dsu {

/// A function or variable of \p F's program that stands among the operands of
/// F's inline assembly by its name; empty if there is none.
std::string namedInAssembly(const llvm::Function &F);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_ASSEMBLYNAMES_H
