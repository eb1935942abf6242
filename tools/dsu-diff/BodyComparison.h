//===- BodyComparison.h - are two function bodies the same code -*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Decides whether v2's body of a function may be left out of a patch because
// v1's is the same code.  Soundness of every interprocedural optimization
// across an update rests on this answer (design §5): it has to be exact, and
// where it cannot be, it is "different".
//
// LLVM's FunctionComparator does the main work.  It was made for merging
// functions and is blind to some things, which a second walk in its order over
// both bodies compares: nested metadata that codegen or alias analysis reads,
// attributes with types in them, the exact types that it considers freely
// interchangeable (pointers and integers).
//
// Two differences may be passed over.  They are removed from the throw-away
// copy of v2's body before it is compared, and remembered for the report:
//
//  * an integer constant operand that equals the source line of its own
//    instruction in v1 as well as in v2, which is what __LINE__ makes;
//  * an operand that is a string literal which differs from v1's only by the
//    program's own version (see VersionStrings).
//
// Both functions must be in one LLVMContext, and globals must have been
// replaced by their representatives (Correspondence::rewrite).
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_BODYCOMPARISON_H
#define DSU_TOOLS_DIFF_BODYCOMPARISON_H

#include "Equality.h"
#include "VersionStrings.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/Function.h"
#include "llvm/Transforms/Utils/FunctionComparator.h"

#include <string>
#include <vector>

namespace dsu {

/// One difference that was not counted.
struct PassedOver {
  enum KindType { Line, Version } Kind;
  std::string Old, New; // the line numbers or the texts
};

class BodyComparison {
public:
  BodyComparison(const Equality &Eq, const VersionStrings &Versions)
      : Eq(Eq), Versions(Versions) {}

  /// True if both are the same code.  \p Ignored receives what was passed over
  /// on the way; it only means something if the result is true.  Changes
  /// operands in \p New.
  bool equal(llvm::Function &Old, llvm::Function &New,
             std::vector<PassedOver> &Ignored);

  /// Whether two instructions are the same but for their operands.
  bool operations(const llvm::Instruction &Old,
                  const llvm::Instruction &New) const;

  /// Whether two operands are the same in \p Old's and \p New's functions; says
  /// nothing of local values and blocks, which the caller has to compare.
  bool operands(const llvm::Value &OpOld, const llvm::Value &OpNew,
                const llvm::Function &Old, const llvm::Function &New) const;

  /// Makes operands of \p New that may be passed over those of \p Old.
  void passOver(llvm::Instruction &Old, llvm::Instruction &New,
                std::vector<PassedOver> &Ignored) const;

  const Equality &equality() const { return Eq; }

private:
  using PairVisitor =
      llvm::function_ref<bool(llvm::Instruction &, llvm::Instruction &)>;

  bool walk(llvm::Function &Old, llvm::Function &New, PairVisitor Visit) const;
  bool instructions(const llvm::Instruction &Old,
                    const llvm::Instruction &New) const;
  bool headers(const llvm::Function &Old, const llvm::Function &New) const;
  bool specifics(const llvm::Instruction &Old,
                 const llvm::Instruction &New) const;
  bool calls(const llvm::CallBase &Old, const llvm::CallBase &New) const;

  const Equality &Eq;
  const VersionStrings &Versions;
  llvm::GlobalNumberState Numbers;
};

/// The source line that \p I was written in, 0 if unknown.
unsigned sourceLine(const llvm::Instruction &I);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_BODYCOMPARISON_H
