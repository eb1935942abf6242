//===- FunctionHash.h - hash of a function's body ---------------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A 64-bit hash of everything in a function that reaches code generation but
// metadata: types by structure, attributes, instructions with their flags,
// constants by value, other functions and globals by identity, private
// constants by content.  It does not depend on names, numbering or the order
// of the module, so an unchanged function has the same hash in every build.
//
// It is a check that what runs is what was compared, never the comparison.
// LLVM's StructuralHash is not exact enough: it ignores attributes, alignment,
// most constants and callees.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_PASSES_FUNCTIONHASH_H
#define DSU_PASSES_FUNCTIONHASH_H

#include "llvm/IR/Function.h"

#include <cstdint>

namespace dsu {

/// The hash of \p F's body as it is now (take it before call sites are
/// numbered and calls indirected).
uint64_t functionHash(const llvm::Function &F);

} // namespace dsu

#endif // DSU_PASSES_FUNCTIONHASH_H
