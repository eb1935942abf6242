//===- Files.h - which files are read, and which are written ----*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One name on the command line stands for several files: OLD.dsu.bc for the
// binary beside it, fix.dsu.so for fix.dsu.bc.  So a harmless looking command
// could write over what it reads, or put a file in the place of a device.  All
// outputs are looked at before the first is written.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_FILES_H
#define DSU_TOOLS_DIFF_FILES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace dsu {

/// The binary that belongs to OLD.dsu.bc, by its place.
std::string binaryPath(llvm::StringRef OldFile);

/// The program file that is written beside a patch.
std::string programPath(llvm::StringRef Patch);

/// Fails if writing the outputs would destroy an input, or something that is
/// no plain file.  \p Patch and \p Report may be empty: not written.  A report
/// is written to whatever has that name, a terminal or a pipe, too; the others
/// take its place.
llvm::Error checkOutputs(llvm::StringRef Patch, llvm::StringRef Report,
                         llvm::ArrayRef<std::string> Inputs);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_FILES_H
