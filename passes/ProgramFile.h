//===- ProgramFile.h - read and write .dsu.bc -------------------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The bitcode version of a program: one file of several bitcode modules, each
// of which LLVM's own tools can read.
//
//   module 0    the whole program as optimized at the link, before call sites
//               are numbered and calls indirected.  Named metadata !dsu.program
//               holds pairs !{!"key", !"value"}:
//                 abi       DSU_ABI_VERSION
//                 identity  64 hex digits: SHA-256 of this module's bitcode
//                           without !dsu.program
//                 producer  the compilers of the units, one a line
//                 linker    the LLVM that optimized the whole
//                 options   the units' recorded options, one a line
//                 source    the main source file
//   module 1..  the translation units before any inlining, in link order
//
// LLVM's readers trust bitcode: one flipped bit makes them crash, or is a
// program that nobody wrote.  So the modules are in LLVM's wrapper for bitcode,
// and between its header and them, at byte 20, stands a seal: "DSUSHA256" and
// the SHA-256 of all that follows byte 64, then zeros.  A file that does not
// match is refused before LLVM sees it.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_PASSES_PROGRAMFILE_H
#define DSU_PASSES_PROGRAMFILE_H

#include "RuntimeABI.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

#include <memory>
#include <string>
#include <vector>

namespace dsu {

/// The contents of !dsu.program.
struct ProgramInfo {
  uint32_t ABIVersion = abi::DSU_ABI_VERSION;
  ImageID Identity{};
  std::string Producer;
  std::string Linker;
  std::string Options;
  std::string Source;
};

/// A program file, read.  The units stay bitcode until somebody asks.
struct Program {
  ProgramInfo Info;
  std::unique_ptr<llvm::Module> Whole;
  std::vector<std::string> Units; ///< bitcode, one module each

  /// Parses unit \p Index into \p Ctx.
  llvm::Expected<std::unique_ptr<llvm::Module>>
  parseUnit(size_t Index, llvm::LLVMContext &Ctx) const;
};

/// What is known about the program, its identity included.
ProgramInfo describeProgram(const llvm::Module &Whole);

/// SHA-256 over the module's bitcode; \p Whole must not have !dsu.program.
ImageID computeIdentity(const llvm::Module &Whole);

/// 64 hex digits.
std::string toHex(const ImageID &ID);

/// Writes a program file by way of a temporary one beside it, so that readers
/// never see half of it.  \p Whole is as before afterwards.
llvm::Error writeProgram(llvm::StringRef Path, llvm::Module &Whole,
                         const ProgramInfo &Info,
                         llvm::ArrayRef<std::string> Units);

/// Reads a program file; checks that it is one, its ABI version and identity.
llvm::Expected<Program> readProgram(llvm::StringRef Path,
                                    llvm::LLVMContext &Ctx);

} // namespace dsu

#endif // DSU_PASSES_PROGRAMFILE_H
