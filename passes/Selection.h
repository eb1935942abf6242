//===- Selection.h - which functions can be updated -------------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One predicate, isUpdatable, evaluated on the program as optimized, decides
// for the passes and for dsu-diff alike which functions have a slot.  What the
// user said (annotations, DSU_OPTIONS) and what only the unit knows is turned
// into function attributes at the start of the unit's pipeline, so that the
// predicate needs nothing but the function.
//
// Precedence, last wins: exclude-files, exclude-functions, include-functions,
// annotate("dsu:off"), annotate("dsu:on").
//
//===----------------------------------------------------------------------===//

#ifndef DSU_PASSES_SELECTION_H
#define DSU_PASSES_SELECTION_H

#include "llvm/IR/Module.h"
#include "llvm/IR/PassManager.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace dsu {

/// DSU_OPTIONS, parsed: "key=value[,value...];key=...".
struct Options {
  std::vector<std::string> ExcludeFunctions; ///< globs
  std::vector<std::string> ExcludeFiles;     ///< globs, on the source's name
  std::vector<std::string> IncludeFunctions; ///< globs
  std::vector<std::string> Lifelong;         ///< names
  std::vector<std::string> ThroughSlots;     ///< globs; see EntryRedirect.h

  static llvm::Expected<Options> parse(llvm::StringRef Text);
};

/// Start of a unit's pipeline: annotations and options become attributes, and
/// every function that may be updated gets uwtable(async).
void applySelection(llvm::Module &M, const Options &Opts);

/// The link half of a single object file: a definition that the linker may drop
/// in favour of another file's (weak, linkonce) is left alone, since two images
/// would claim to have it.  Under LTO only the one that prevails is there.
void excludeReplaceableCopies(llvm::Module &M);

/// True for a function that has a slot of its own: a definition in C with an
/// identity, not turned off by the user, not run before slots are relocated
/// (ifunc resolvers), and of which the linker takes this copy (no comdat, not
/// available_externally).
bool isUpdatable(const llvm::Function &F);

/// True if the dynamic linker may take another definition of this symbol (of a
/// shared library, default visibility): accesses have to go through the symbol.
bool isPreemptible(const llvm::GlobalValue &GV);

/// True for a symbol that a shared library shows to others: the linker resolves
/// no distance to it, even where it may not be preempted
/// (-fno-semantic-interposition).
bool isExported(const llvm::GlobalValue &GV);

/// Textual name: dsu-selection; options from the environment.
struct SelectionPass : llvm::PassInfoMixin<SelectionPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace dsu

#endif // DSU_PASSES_SELECTION_H
