//===- VersionStrings.cpp - literals that only carry the version ----------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See VersionStrings.h.
//
//===----------------------------------------------------------------------===//

#include "VersionStrings.h"

#include "Equality.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"

#include <set>

using namespace llvm;

namespace dsu {

bool getLiteral(const Value *V, StringRef &Text) {
  const auto *GV = dyn_cast<GlobalVariable>(V);
  if (!GV || !isAnonymousConstant(*GV))
    return false;
  const auto *Data = dyn_cast<ConstantDataSequential>(GV->getInitializer());
  if (!Data || !Data->isCString())
    return false;
  Text = Data->getAsCString();
  return true;
}

/// A version: digits, at least one dot, and perhaps a suffix like "-rc1".
static bool looksLikeVersion(StringRef Text) {
  return !Text.empty() && isDigit(Text.front()) && Text.contains('.') &&
         all_of(Text, [](char C) {
           return isAlnum(C) || C == '.' || C == '-' || C == '_' || C == '+' ||
                  C == '~';
         });
}

/// The versions in all literals of the form "NAME VERSION", and "NAME " as it
/// is written there.
static std::set<std::pair<std::string, std::string>>
findVersions(const Module &M, StringRef Name) {
  std::set<std::pair<std::string, std::string>> Found;
  for (const GlobalVariable &GV : M.globals()) {
    StringRef Text;
    if (!getLiteral(&GV, Text))
      continue;
    StringRef Version = Text;
    if (Version.consume_front_insensitive(Name) && Version.consume_front(" ") &&
        looksLikeVersion(Version))
      Found.insert({Version.str(), Text.drop_back(Version.size()).str()});
  }
  return Found;
}

VersionStrings VersionStrings::detect(const Module &Old, const Module &New,
                                      StringRef Name) {
  if (Name.empty())
    return {};
  const auto FoundOld = findVersions(Old, Name);
  const auto FoundNew = findVersions(New, Name);
  if (FoundOld.size() != 1 || FoundNew.size() != 1)
    return {};
  const auto &[VersionOld, PrefixOld] = *FoundOld.begin();
  const auto &[VersionNew, PrefixNew] = *FoundNew.begin();
  if (PrefixOld != PrefixNew)
    return {};
  return {VersionOld, VersionNew, PrefixOld};
}

static bool isTokenChar(char C) { return isAlnum(C); }

/// Whether the match of length \p Length at \p At is not part of a longer word
/// or number.
static bool isWholeToken(StringRef Text, size_t At, size_t Length) {
  const size_t End = At + Length;
  if (At > 0 && (isTokenChar(Text[At - 1]) ||
                 (Text[At - 1] == '.' && At > 1 && isDigit(Text[At - 2]))))
    return false;
  if (End < Text.size() &&
      (isTokenChar(Text[End]) ||
       (Text[End] == '.' && End + 1 < Text.size() && isDigit(Text[End + 1]))))
    return false;
  return true;
}

/// Whether the version at \p At stands there as the program's.
bool VersionStrings::isAnnounced(StringRef Text, size_t At) const {
  const StringRef Before = Text.take_front(At);
  if (Prefix.empty())
    return !Before.ends_with("/");
  if (Text == Old)
    return Text.count('.') > 1;
  return Before.ends_with(Prefix) &&
         (Before.size() == Prefix.size() ||
          !isTokenChar(Before[Before.size() - Prefix.size() - 1]));
}

bool VersionStrings::differOnlyByVersion(StringRef TextOld,
                                         StringRef TextNew) const {
  if (!known())
    return false;
  std::string Replaced;
  size_t From = 0;
  bool Any = false;
  for (size_t At = TextOld.find(Old); At != StringRef::npos;
       At = TextOld.find(Old, From)) {
    Replaced += TextOld.slice(From, At);
    const bool Whole =
        isWholeToken(TextOld, At, Old.size()) && isAnnounced(TextOld, At);
    Replaced += Whole ? New : Old;
    Any |= Whole;
    From = At + Old.size();
  }
  Replaced += TextOld.substr(From);
  return Any && Replaced == TextNew;
}

} // namespace dsu
