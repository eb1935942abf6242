//===- UnitPairs.cpp - units of one source name ---------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See UnitPairs.h.
//
//===----------------------------------------------------------------------===//

#include "UnitPairs.h"

#include "Identity.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/Support/Path.h"

#include <algorithm>
#include <set>
#include <vector>

using namespace llvm;

namespace dsu {

namespace {

/// What a unit is known by.
struct UnitTraits {
  unsigned Number = 0;
  StringRef Bytes;
  std::set<std::string> Exports, Internals;
  std::string Directory; ///< absolute
  std::string Place;     ///< as seen from the program's common directory
};

using UnitGroups = std::map<std::string, std::vector<UnitTraits>>;

} // namespace

bool splitIdentity(StringRef Identity, IdentityParts &Parts) {
  const size_t Separator = Identity.rfind(';');
  if (Separator == StringRef::npos)
    return false;
  Parts.Source = Identity.take_front(Separator);
  const StringRef Rest = Identity.drop_front(Separator + 1);
  const size_t Mark = Rest.find('#');
  if (Mark != StringRef::npos) {
    Parts.Name = Rest.take_front(Mark);
    Parts.Tail = Rest.drop_front(Mark + 1);
    return !Parts.Tail.consumeInteger(10, Parts.Number);
  }
  // A clone, or a static local that dsu-diff has named.
  const size_t End = std::min(Rest.find(".clone."), Rest.find('@'));
  Parts.Name = Rest.take_front(End);
  Parts.Tail = Rest.drop_front(Parts.Name.size());
  Parts.Number = 1;
  return true;
}

StringRef unitSource(const Module &Unit) {
  const NamedMDNode *Units = Unit.getNamedMetadata(UnitsMetadata);
  if (!Units || Units->getNumOperands() == 0)
    return Unit.getSourceFileName();
  return cast<MDString>(Units->getOperand(0)->getOperand(0))->getString();
}

unsigned unitNumber(const Module &Unit) {
  IdentityParts Parts;
  for (const GlobalObject &GO : Unit.global_objects())
    if (!GO.isDeclaration() && GO.hasLocalLinkage() &&
        splitIdentity(identityOf(GO), Parts))
      return Parts.Number;
  return 0;
}

/// The sources that several units have.
static void addAmbiguous(const Module &Whole, std::set<std::string> &Into) {
  for (const GlobalObject &GO : Whole.global_objects()) {
    IdentityParts Parts;
    const std::string Identity = identityOf(GO);
    if (splitIdentity(Identity, Parts) && Parts.Number > 1)
      Into.insert(Parts.Source.str());
  }
}

static UnitTraits traitsOf(const Module &Unit, StringRef Bytes) {
  UnitTraits Traits;
  Traits.Number = unitNumber(Unit);
  Traits.Bytes = Bytes;
  for (const GlobalValue &GV : Unit.global_values()) {
    if (GV.isDeclaration() || !GV.hasName() ||
        GV.getName().starts_with("llvm."))
      continue;
    // Weak definitions may be in several units.
    if (GV.hasExternalLinkage())
      Traits.Exports.insert(GV.getName().str());
    else if (GV.hasInternalLinkage())
      Traits.Internals.insert(GV.getName().str());
  }
  for (const DICompileUnit *CU : Unit.debug_compile_units())
    Traits.Directory = CU->getDirectory().str();
  return Traits;
}

/// The directory that all units of the program lie in.
static std::string commonDirectory(const Module &Whole) {
  std::optional<std::vector<StringRef>> Common;
  for (const DICompileUnit *CU : Whole.debug_compile_units()) {
    const StringRef Directory = CU->getDirectory();
    std::vector<StringRef> Parts(sys::path::begin(Directory),
                                 sys::path::end(Directory));
    if (!Common)
      Common = Parts;
    size_t Same = 0;
    while (Same < Parts.size() && Same < Common->size() &&
           Parts[Same] == (*Common)[Same])
      ++Same;
    Common->resize(Same);
  }
  SmallString<128> Path;
  if (Common)
    for (StringRef Part : *Common)
      sys::path::append(Path, Part);
  return Path.str().str();
}

static UnitGroups readGroups(const Program &P,
                             const std::set<std::string> &Sources) {
  UnitGroups Result;
  const std::string Top = commonDirectory(*P.Whole);
  for (const std::string &Bytes : P.Units) {
    LLVMContext Context;
    // Most units are of no interest: their bodies are not read.
    Expected<std::unique_ptr<Module>> Unit =
        getLazyBitcodeModule(MemoryBufferRef(Bytes, "unit"), Context);
    if (!Unit) {
      consumeError(Unit.takeError()); // will be told when units are compared
      continue;
    }
    const std::string Source = unitSource(**Unit).str();
    if (!Sources.count(Source))
      continue;
    if (Error E = (*Unit)->materializeAll()) {
      consumeError(std::move(E));
      continue;
    }
    UnitTraits Traits = traitsOf(**Unit, Bytes);
    if (!Traits.Number)
      continue; // nothing in it is known by source and number
    StringRef Place = Traits.Directory;
    Place.consume_front(Top);
    Traits.Place = Place.str();
    Result[Source].push_back(std::move(Traits));
  }
  return Result;
}

/// How much speaks for their being the same; any of the former outweighs all
/// of the latter.
static unsigned likeness(const UnitTraits &Old, const UnitTraits &New) {
  constexpr unsigned SameBytes = 1U << 24, CommonExport = 4, SamePlace = 2;
  unsigned Result = Old.Bytes == New.Bytes ? SameBytes : 0;
  for (const std::string &Name : Old.Exports)
    Result += New.Exports.count(Name) ? CommonExport : 0;
  if (Old.Place == New.Place)
    Result += SamePlace;
  if (Old.Exports == New.Exports && Old.Internals == New.Internals)
    ++Result;
  return Result;
}

/// The index of the only best partner, -1 if there is none.
template <typename ScoreT> static int bestOf(size_t Count, ScoreT Score) {
  int Best = -1;
  unsigned Most = 0;
  bool Unique = false;
  for (size_t I = 0; I != Count; ++I) {
    const unsigned This = Score(I);
    if (This > Most) {
      Best = I;
      Most = This;
      Unique = true;
    } else if (This == Most) {
      Unique = false;
    }
  }
  return Unique ? Best : -1;
}

static std::string listPlaces(const std::vector<UnitTraits> &Units) {
  std::vector<std::string> Places;
  for (const UnitTraits &Unit : Units)
    Places.push_back(Unit.Directory);
  return join(Places, ", ");
}

static void refuse(StringRef Source, const std::vector<UnitTraits> &Old,
                   const std::vector<UnitTraits> &New, Findings &Into) {
  Into.add({Finding::Refusal, "unit-order", Source.str(),
            "several units are called '" + Source.str() +
                "', and it is not clear which is which (old: compiled in " +
                listPlaces(Old) + "; new: compiled in " + listPlaces(New) + ")",
            Source.str(),
            "restart the program, and build it with DSU_ROOT set to the top of "
            "the source tree from now on; give each unit of a file that is "
            "compiled several times an external function of its own"});
}

UnitPairs::UnitPairs(const Program &Old, const Program &New, Findings &Into) {
  std::set<std::string> Sources;
  addAmbiguous(*Old.Whole, Sources);
  addAmbiguous(*New.Whole, Sources);
  if (Sources.empty())
    return;
  UnitGroups GroupsOld = readGroups(Old, Sources);
  for (const auto &Group : readGroups(New, Sources)) {
    const std::string &Source = Group.first;
    const std::vector<UnitTraits> &UnitsNew = Group.second;
    const std::vector<UnitTraits> &UnitsOld = GroupsOld[Source];
    std::vector<bool> Taken(UnitsOld.size());
    std::map<unsigned, unsigned> Numbers;
    std::vector<unsigned> Fresh;
    unsigned Highest = 0;
    for (const UnitTraits &Unit : UnitsOld)
      Highest = std::max(Highest, Unit.Number);
    for (size_t I = 0; I != UnitsNew.size(); ++I) {
      const int J = bestOf(UnitsOld.size(), [&](size_t K) {
        return likeness(UnitsOld[K], UnitsNew[I]);
      });
      if (J >= 0 && bestOf(UnitsNew.size(), [&](size_t K) {
                      return likeness(UnitsOld[J], UnitsNew[K]);
                    }) == int(I)) {
        Numbers[UnitsNew[I].Number] = UnitsOld[J].Number;
        Taken[J] = true;
      } else {
        Fresh.push_back(UnitsNew[I].Number);
      }
    }
    if (!Fresh.empty() && is_contained(Taken, false)) {
      refuse(Source, UnitsOld, UnitsNew, Into);
      continue;
    }
    for (unsigned Number : Fresh)
      Numbers[Number] = ++Highest;
    if (llvm::any_of(Numbers, [](const auto &Pair) {
          return Pair.first != Pair.second;
        }))
      Renumbered[Source] = std::move(Numbers);
  }
}

bool UnitPairs::apply(Module &M) const {
  bool Any = false;
  if (empty())
    return Any;
  for (GlobalObject &GO : M.global_objects()) {
    IdentityParts Parts;
    const std::string Identity = identityOf(GO);
    if (!splitIdentity(Identity, Parts))
      continue;
    auto Group = Renumbered.find(Parts.Source.str());
    if (Group == Renumbered.end())
      continue;
    auto It = Group->second.find(Parts.Number);
    if (It == Group->second.end() || It->second == Parts.Number)
      continue;
    std::string Text = (Parts.Source + ";" + Parts.Name).str();
    if (It->second > 1)
      Text += "#" + utostr(It->second);
    setIdentity(GO, Text + Parts.Tail.str());
    Any = true;
  }
  return Any;
}

} // namespace dsu
