//===- BitIntWidths.cpp - _BitInt(N) of another N -------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See BitIntWidths.h.
//
//===----------------------------------------------------------------------===//

#include "BitIntWidths.h"

#include "RunningProgram.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/InstIterator.h"

using namespace llvm;

namespace dsu {

static constexpr StringLiteral TypeName = "_BitInt";

static bool hasBitInts(const Module &M) {
  DebugInfoFinder Finder;
  Finder.processModule(M);
  return any_of(Finder.types(), [](const DIType *Type) {
    return isa<DIBasicType>(Type) && Type->getName().contains(TypeName);
  });
}

/// Widths that are those of no other type of C.
static std::set<unsigned> unusualWidths(const Function &F) {
  std::set<unsigned> Widths;
  auto Add = [&](const Type *T) {
    const auto *Int = dyn_cast<IntegerType>(T->getScalarType());
    const unsigned Width = Int ? Int->getBitWidth() : 0;
    if (Width > 1 && !is_contained({8u, 16u, 32u, 64u, 128u}, Width))
      Widths.insert(Width);
  };
  for (const Instruction &I : instructions(F)) {
    Add(I.getType());
    for (const Use &Operand : I.operands())
      Add(Operand->getType());
  }
  return Widths;
}

static std::string show(const std::set<unsigned> &Widths) {
  std::string Text;
  for (unsigned Width : Widths)
    Text += (Text.empty() ? "" : ", ") + utostr(Width);
  return Text.empty() ? "none" : Text;
}

void compareBitIntWidths(const FunctionChanges &Source,
                         const std::set<std::string> &Accepted,
                         Findings &Into) {
  if (Accepted.count(TypeName.str()))
    return;
  for (const auto &[Key, Change] : Source.all()) {
    if (Change.Status != FunctionChange::Changed)
      continue;
    const auto Old = unusualWidths(*Change.Old),
               New = unusualWidths(*Change.New);
    if (Old != New && hasBitInts(*Change.Old->getParent()) &&
        hasBitInts(*Change.New->getParent()))
      Into.add({Finding::Decision, "bit-int", Key,
                "'" + Key + "' works with integers of other widths than " +
                    "before (bits: " + show(Old) + "; now: " + show(New) +
                    "), and debug information does not tell whether a "
                    "variable or field of type _BitInt has changed its width",
                definitionPlace(*Change.New),
                "keep the widths, or pass --accept-type=_BitInt if no object "
                "of a changed one outlives the update"});
  }
}

} // namespace dsu
