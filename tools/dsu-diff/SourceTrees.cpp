//===- SourceTrees.cpp - two versions in two directories ------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See SourceTrees.h.
//
//===----------------------------------------------------------------------===//

#include "SourceTrees.h"

#include "Identity.h"
#include "UnitPairs.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/Support/Path.h"

#include <map>
#include <set>
#include <utility>

using namespace llvm;

namespace dsu {

using Trees = std::pair<std::string, std::string>;

/// The absolute names under which the program has internal definitions.
static std::set<std::string> absoluteSources(const Program &P) {
  std::set<std::string> Result;
  for (const GlobalObject &GO : P.Whole->global_objects()) {
    IdentityParts Parts;
    const std::string Identity = identityOf(GO);
    if (splitIdentity(Identity, Parts) && sys::path::is_absolute(Parts.Source))
      Result.insert(Parts.Source.str());
  }
  return Result;
}

/// The directories above what both names end with; whole components only.
static Trees treesOf(StringRef Old, StringRef New) {
  size_t Same = 0, Component = 0;
  while (Same < Old.size() && Same < New.size() &&
         Old[Old.size() - 1 - Same] == New[New.size() - 1 - Same]) {
    if (Old[Old.size() - 1 - Same] == '/')
      Component = Same;
    ++Same;
  }
  return {Old.drop_back(Component).str(), New.drop_back(Component).str()};
}

static bool anyBelow(StringRef Tree, const std::set<std::string> &Sources) {
  return any_of(Sources,
                [&](StringRef Source) { return Source.starts_with(Tree); });
}

SourceTrees::SourceTrees(const Program &Old, const Program &New,
                         Findings &Into) {
  const std::set<std::string> SourcesOld = absoluteSources(Old),
                              SourcesNew = absoluteSources(New);
  std::map<Trees, unsigned> Votes;
  for (const std::string &NameNew : SourcesNew)
    for (const std::string &NameOld : SourcesOld)
      if (sys::path::filename(NameNew) == sys::path::filename(NameOld) &&
          !SourcesOld.count(NameNew) && !SourcesNew.count(NameOld))
        ++Votes[treesOf(NameOld, NameNew)];
  const Trees *Best = nullptr;
  unsigned Most = 0;
  bool Unique = false;
  for (const auto &[Pair, Count] : Votes) {
    Unique = Count > Most || (Unique && Count < Most);
    if (Count > Most) {
      Best = &Pair;
      Most = Count;
    }
  }
  if (!Best || !Unique || anyBelow(Best->second, SourcesOld) ||
      anyBelow(Best->first, SourcesNew))
    return;
  To = Best->first;
  From = Best->second;
  Into.add({Finding::Note, "source-tree", From,
            "files below '" + From + "' are taken for those below '" + To +
                "' in the running program",
            "", ""});
}

bool SourceTrees::rename(std::string &Source) const {
  if (From.empty() || !StringRef(Source).starts_with(From))
    return false;
  Source.replace(0, From.size(), To);
  return true;
}

bool SourceTrees::renameIdentities(Module &M) const {
  bool Any = false;
  for (GlobalObject &GO : M.global_objects()) {
    IdentityParts Parts;
    std::string Identity = identityOf(GO);
    if (!splitIdentity(Identity, Parts) || !rename(Identity))
      continue;
    setIdentity(GO, Identity);
    Any = true;
  }
  return Any;
}

/// The list of the module's units; see Identity.h.
void SourceTrees::renameUnits(Module &M) const {
  NamedMDNode *Units = M.getNamedMetadata(UnitsMetadata);
  if (!Units)
    return;
  for (MDNode *Unit : Units->operands()) {
    std::string Source = cast<MDString>(Unit->getOperand(0))->getString().str();
    if (rename(Source))
      Unit->replaceOperandWith(0, MDString::get(M.getContext(), Source));
  }
}

void SourceTrees::apply(Program &P) const {
  if (empty())
    return;
  renameIdentities(*P.Whole);
  SmallVector<StringRef, 0> Lines;
  StringRef(P.Info.Options).split(Lines, '\n');
  std::string Options;
  for (StringRef Line : Lines) {
    std::string Renamed = Line.str(); // begins with the source
    rename(Renamed);
    Options += (Options.empty() ? "" : "\n") + Renamed;
  }
  P.Info.Options = Options;
}

Error SourceTrees::applyToUnits(Program &P) const {
  if (empty())
    return Error::success();
  for (std::string &Bytes : P.Units) {
    LLVMContext Context;
    Expected<std::unique_ptr<Module>> Unit =
        parseBitcodeFile(MemoryBufferRef(Bytes, "unit"), Context);
    if (!Unit)
      return Unit.takeError();
    renameIdentities(**Unit);
    renameUnits(**Unit);
    SmallVector<char, 0> Buffer;
    raw_svector_ostream OS(Buffer);
    WriteBitcodeToFile(**Unit, OS);
    Bytes.assign(Buffer.begin(), Buffer.end());
  }
  return Error::success();
}

} // namespace dsu
