//===- Identity.h - stable names of functions and globals -------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A function or global is known to patches by its identity: the linkage name
// if it is external, "source file;name" if it is internal.  It is attached as
// !dsu.id at the start of each translation unit's pipeline, since the link
// renames clashing statics and makes the rest internal.
//
// Life of the metadata:
//
//   unit     external  !dsu.id !{!"assoc_find"}
//            internal  !dsu.id !{!"items.c;do_item_get", !unit}
//            where !unit is a distinct node listed in !dsu.units, so that the
//            link knows the units apart even if one file was compiled twice
//   link,    resolveIdentities: the n-th unit of one source file gets "#n"
//   early    (n > 1) behind its identities; the node now also carries the
//            name that the function had then: !{!"items.c;get", !"get.12"}
//            dsu-diff pairs such units by what they are, since the order of
//            the link may be another one (UnitPairs.h)
//   link,    finalizeIdentities: a function with another name than the one
//   last     recorded is a clone that some optimizer made; its identity becomes
//            "ID.clone.<hash of its body>", never a number that shifts.
//            What is left is !{!"identity"}, unique in the module.
//
// What has no identity is nobody's: it was compiled without the plugin, an
// optimizer made it, or it is a private constant (string literals), which has
// no address that anyone could rely on.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_PASSES_IDENTITY_H
#define DSU_PASSES_IDENTITY_H

#include "llvm/IR/Module.h"
#include "llvm/IR/PassManager.h"

#include <string>

namespace dsu {

/// The named metadata that lists a module's units in the order of the link;
/// each is a distinct node that holds the source file's name, and behind it the
/// flags for code generation (DSU_FLAGS) where they are known.
inline constexpr char UnitsMetadata[] = "dsu.units";

/// What the link keeps of it: pairs of source file and flags.
inline constexpr char FlagsMetadata[] = "dsu.flags";

/// Start of a unit's pipeline: gives every definition its identity.  Existing
/// ones stay.  Returns whether anything changed.
bool assignIdentities(llvm::Module &M);

/// Start of the link's pipeline (or of the link half, without LTO).
void resolveIdentities(llvm::Module &M);

/// End of the pipeline: identities of clones; see above.
void finalizeIdentities(llvm::Module &M);

/// The identity; empty for a definition that has none.  Of a declaration it is
/// the name by which the linker will look for it.
std::string identityOf(const llvm::GlobalObject &GO);

/// Replaces or (with an empty string) removes the identity.
void setIdentity(llvm::GlobalObject &GO, llvm::StringRef Identity);

/// The module's source file with DSU_ROOT taken off, as used in identities.
std::string sourceNameOf(const llvm::Module &M);

/// Textual name: dsu-identity.
struct IdentityPass : llvm::PassInfoMixin<IdentityPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace dsu

#endif // DSU_PASSES_IDENTITY_H
