//===- Inputs.h - two program files that can be compared --------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Comparing optimized code means something only if the same compiler made it
// from both versions with the same options.  Anything else is bad input, and
// the message has both values.
//
// dsu-cc records only the flags that reach code generation, for each unit:
// names of files and directories, macros and warnings may differ between two
// builds of a program, and what macros do is in the code.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_INPUTS_H
#define DSU_TOOLS_DIFF_INPUTS_H

#include "ProgramFile.h"

#include "llvm/IR/LLVMContext.h"

namespace dsu {

/// Reads a program file; the error names the file and what is wrong with it.
llvm::Error loadProgram(llvm::StringRef Path, llvm::LLVMContext &Context,
                        Program &Into);

/// Checks ABI, compilers, options and target.
llvm::Error checkComparable(const Program &Old, const Program &New);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_INPUTS_H
