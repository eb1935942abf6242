//===- ConstantUses.h - who may know a constant's address -------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A named constant whose content changes is a new object in the patch, and all
// code that names it is replaced.  That is right where the constant is only
// read.  But what a program has stored (`conn->ops = &tls_ops`) goes on to be
// the old object, with the old content, and is no longer equal to the address
// of the new one.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_CONSTANTUSES_H
#define DSU_TOOLS_DIFF_CONSTANTUSES_H

#include "llvm/IR/GlobalVariable.h"

namespace dsu {

/// Whether the address of \p GV may be stored, compared, or given to code that
/// could do so.  Loading from it, copying it, or printing it is nothing of
/// that.
bool addressEscapes(const llvm::GlobalVariable &GV);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_CONSTANTUSES_H
