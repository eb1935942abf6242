//===- LabelUses.h - labels whose addresses are kept -----------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Interpreters put the addresses of labels where their programs are: `*code++ =
// &&add`.  Such an address leads into the body that wrote it.  A new body that
// takes it up (`goto **pc++`) would go on in the middle of the old one, in a
// frame that was laid out for the new one.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_LABELUSES_H
#define DSU_TOOLS_DIFF_LABELUSES_H

#include "Equality.h"

#include "llvm/IR/Function.h"

namespace dsu {

/// Whether the address of a label of \p F may outlive a call of F: be stored,
/// returned or passed on, from the code or out of a constant table.
bool labelsEscape(const llvm::Function &F, const Equality &Eq);

/// Whether \p F jumps to addresses that it has read.
bool jumpsToLabels(const llvm::Function &F);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_LABELUSES_H
