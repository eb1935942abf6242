//===- PatchModule.h - cut a patch out of the new program -------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Turns the optimized module of the new version into the module of the patch:
//
//   in the new program                      in the patch
//   ----------------------------------- ------------------------------------
//   replaced function f                     internal body f, in the table
//   added function f                        the same, and a slot of its own
//   function f that runs already
//     call f(...)                           call *(load @"dsu.slot:f")
//     its address                           @"dsu.addr:f", or a wrapper here if
//                                           the program never needed an address
//   variable or named constant v            @"dsu.data:v", @"dsu.tls:v"
//   new variable, changed constant          kept, in the patch's data table
//   private unnamed constant                copied
//   what the old program only declares      @"dsu.ext:x"
//   what it does not even declare           x, for the dynamic linker
//   constructors, llvm.used, module asm     nothing
//
// Imports are undefined weak symbols that carry the identity; the runtime fills
// in the relocations that name them (dsu_abi.def).  Code reaches them through
// the GOT: functions among them are `nonlazybind`, so that no PLT entry with a
// JUMP_SLOT relocation comes up.  Replaced functions are treated by everyone,
// themselves included, as functions that run already: a further patch may
// replace them again.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_PATCHMODULE_H
#define DSU_TOOLS_DIFF_PATCHMODULE_H

#include "ImageMetadata.h"
#include "RunningProgram.h"
#include "RuntimeABI.h"

#include "llvm/IR/Module.h"
#include "llvm/Support/Error.h"

#include <set>
#include <string>
#include <vector>

namespace dsu {

/// One element of a mutable variable that takes a new value if the program has
/// not changed it.  The new value is the element of the new initializer that
/// Path leads to.
struct ElementEdit {
  std::string Variable;       ///< identity
  std::string Element;        ///< as the programmer would write it
  uint64_t Offset = 0;        ///< bytes
  uint32_t Size = 0;          ///< bytes
  std::vector<unsigned> Path; ///< operands of nested aggregates

  enum KindType { Bytes, Text, Pointer } Kind = Bytes;
  std::string OldBytes;  ///< Bytes; the text with its NUL for Text
  std::string OldTarget; ///< Pointer: identity, empty for null
  bool OldTargetIsFunction = false;
  int64_t OldAddend = 0;          ///< Pointer: bytes behind the target
  std::string OldShown, NewShown; ///< for the report
};

struct PatchContents {
  const RunningProgram *Running = nullptr;
  std::set<std::string> Replaced, Added, Removed; ///< updatable functions
  std::set<std::string> Between; ///< unchanged, but their frames forbid it
  std::set<std::string> OwnData; ///< variables and constants that come along
  std::vector<ElementEdit> Edits;
  std::vector<SiteEntry> Sites; ///< whose frames may stay
  uint32_t Level = abi::DSU_LEVEL_ACTIVENESS;
  ImageID From{}, To{};
  std::string Name, Producer;
};

/// Rewrites \p M, a freshly read module of the new program, in place.
llvm::Error buildPatchModule(llvm::Module &M, const PatchContents &Contents);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_PATCHMODULE_H
