//===- LLVMVersions.h - what differs between LLVM 19 and 22 -----*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The same sources build against each supported LLVM.  Whatever changed in
// between is decided here and nowhere else.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_PASSES_LLVMVERSIONS_H
#define DSU_PASSES_LLVMVERSIONS_H

#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Module.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/TargetParser/Triple.h"

#include <string>

namespace dsu {

/// The DWARF language code of a unit; 22 may name language and version apart.
inline uint64_t languageOf(const llvm::DICompileUnit &Unit) {
#if LLVM_VERSION_MAJOR >= 22
  llvm::DISourceLanguageName Name = Unit.getSourceLanguage();
  if (Name.hasVersionedName())
    return Name.getName() == llvm::dwarf::DW_LNAME_C
               ? llvm::dwarf::DW_LANG_C
               : llvm::dwarf::DW_LANG_lo_user;
  return Name.getName();
#else
  return Unit.getSourceLanguage();
#endif
}

/// Debug values as records; since 21 there is no other form.
inline void useDebugRecords([[maybe_unused]] llvm::Module &M) {
#if LLVM_VERSION_MAJOR < 21
  M.convertToNewDbgValues();
#endif
}

/// What targets are created with: a triple since 22, its text before.
#if LLVM_VERSION_MAJOR >= 22
using TripleName = llvm::Triple;
inline TripleName nameOf(const llvm::Triple &T) { return T; }
#else
using TripleName = std::string;
inline TripleName nameOf(const llvm::Triple &T) { return T.str(); }
#endif

inline const llvm::Target *findTarget(const llvm::Triple &T,
                                      std::string &Message) {
  return llvm::TargetRegistry::lookupTarget(nameOf(T), Message);
}

} // namespace dsu

#endif // DSU_PASSES_LLVMVERSIONS_H
