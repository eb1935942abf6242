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
#include <optional>
#include <set>
#include <utility>

using namespace llvm;

namespace dsu {

using Trees = std::pair<std::string, std::string>;

using Sources = std::set<std::string>;

/// The names under which the program has internal definitions.
static Sources sourcesOf(const Program &P) {
  Sources Result;
  for (const GlobalObject &GO : P.Whole->global_objects()) {
    IdentityParts Parts;
    const std::string Identity = identityOf(GO);
    if (splitIdentity(Identity, Parts))
      Result.insert(Parts.Source.str());
  }
  return Result;
}

/// The directories above what both names end with; whole components only.
static Trees treesOf(StringRef Old, StringRef New) {
  const auto IsBoundary = [](StringRef Path, size_t FromEnd) {
    return FromEnd == Path.size() || Path[Path.size() - 1 - FromEnd] == '/';
  };
  size_t Common = 0;
  for (size_t Same = 0;; ++Same) {
    if (IsBoundary(Old, Same) && IsBoundary(New, Same))
      Common = Same;
    if (Same == Old.size() || Same == New.size() ||
        Old[Old.size() - 1 - Same] != New[New.size() - 1 - Same])
      break;
  }
  return {Old.drop_back(Common).str(), New.drop_back(Common).str()};
}

/// The empty tree is where the compiler stood.
static bool isBelow(StringRef Tree, StringRef Source) {
  return Tree.empty() ? sys::path::is_relative(Source)
                      : Source.starts_with(Tree);
}

/// Whether one of them lies in \p Tree, and not in \p Inner, which may be a
/// part of it.
static bool anyBelow(StringRef Tree, StringRef Inner, const Sources &All) {
  const bool Nested = Inner.starts_with(Tree);
  return any_of(All, [&](StringRef Source) {
    return isBelow(Tree, Source) && !(Nested && isBelow(Inner, Source));
  });
}

/// The pair of trees that most names speak for, if it is the only one.
static std::optional<Trees> findTrees(const Sources &Old, const Sources &New) {
  std::map<Trees, unsigned> Votes;
  for (const std::string &NameNew : New)
    for (const std::string &NameOld : Old)
      if (sys::path::filename(NameNew) == sys::path::filename(NameOld) &&
          !Old.count(NameNew) && !New.count(NameOld))
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
  return Best && Unique ? std::optional(*Best) : std::nullopt;
}

/// Directories that the compiler was told by relative names are parts of a
/// project, between which files move.  So these are trees only if no file has
/// stayed where it was.
static bool areWholeTrees(const Trees &Found, const Sources &Old,
                          const Sources &New) {
  if (sys::path::is_absolute(Found.first) &&
      sys::path::is_absolute(Found.second))
    return true;
  return none_of(Old, [&](const std::string &S) { return New.count(S) != 0; });
}

static std::string nameOfTree(StringRef Tree) {
  return Tree.empty() ? "the directory of the build" : ("'" + Tree + "'").str();
}

SourceTrees::SourceTrees(const Program &Old, const Program &New,
                         Findings &Into) {
  const Sources SourcesOld = sourcesOf(Old), SourcesNew = sourcesOf(New);
  const std::optional<Trees> Best = findTrees(SourcesOld, SourcesNew);
  if (!Best || !areWholeTrees(*Best, SourcesOld, SourcesNew) ||
      anyBelow(Best->second, Best->first, SourcesOld) ||
      anyBelow(Best->first, Best->second, SourcesNew))
    return;
  Any = true;
  To = Best->first;
  From = Best->second;
  Into.add({Finding::Note, "source-tree", From,
            "files below " + nameOfTree(From) + " are taken for those below " +
                nameOfTree(To) + " in the running program",
            "", ""});
}

bool SourceTrees::rename(std::string &Source) const {
  if (!Any || !isBelow(From, Source))
    return false;
  Source.replace(0, From.size(), To);
  return true;
}

bool SourceTrees::renameIdentities(Module &M) const {
  bool Renamed = false;
  for (GlobalObject &GO : M.global_objects()) {
    IdentityParts Parts;
    std::string Identity = identityOf(GO);
    if (!splitIdentity(Identity, Parts) || !rename(Identity))
      continue;
    setIdentity(GO, Identity);
    Renamed = true;
  }
  return Renamed;
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
