//===- TypeChanges.cpp - struct layouts, enums, signatures ----------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See TypeChanges.h.
//
//===----------------------------------------------------------------------===//

#include "TypeChanges.h"

#include "DebugTypes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfo.h"

#include <map>

using namespace llvm;

namespace dsu {

namespace {

/// A member or enumerator, reduced to what old and new code must agree on.
struct Member {
  std::string Name, Type;
  uint64_t OffsetInBits, SizeInBits;
  unsigned Line;

  bool operator==(const Member &Other) const {
    return Name == Other.Name && Type == Other.Type &&
           OffsetInBits == Other.OffsetInBits && SizeInBits == Other.SizeInBits;
  }
};

struct Layout {
  const DICompositeType *Type = nullptr;
  std::vector<Member> Members;               // structs and unions
  std::map<std::string, std::string> Values; // enums

  bool sameAs(const Layout &Other) const {
    return Type->getTag() == Other.Type->getTag() &&
           Type->getSizeInBits() == Other.Type->getSizeInBits() &&
           Type->getAlignInBits() == Other.Type->getAlignInBits() &&
           Members == Other.Members;
  }
};

struct TypeKey {
  std::string Name, File;
  bool operator<(const TypeKey &Other) const {
    return std::tie(Name, File) < std::tie(Other.Name, Other.File);
  }
};

/// All definitions of each type of a program, equal ones once.
using TypeTable = std::map<TypeKey, std::vector<Layout>>;

} // namespace

static bool isEnum(const Layout &L) {
  return L.Type->getTag() == dwarf::DW_TAG_enumeration_type;
}

static Layout layoutOf(const DICompositeType *Type) {
  Layout Result;
  Result.Type = Type;
  for (const DINode *Element : Type->getElements()) {
    if (const auto *Field = dyn_cast<DIDerivedType>(Element)) {
      if (!Field->isStaticMember())
        Result.Members.push_back({Field->getName().str(),
                                  typeName(Field->getBaseType()),
                                  Field->getOffsetInBits(),
                                  Field->getSizeInBits(), Field->getLine()});
    } else if (const auto *Value = dyn_cast<DIEnumerator>(Element)) {
      Result.Values[Value->getName().str()] =
          toString(Value->getValue(), 10, true);
    }
  }
  return Result;
}

static void addType(TypeTable &Table, const DICompositeType *Type,
                    StringRef TypedefName) {
  const unsigned Tag = Type->getTag();
  if ((Tag != dwarf::DW_TAG_structure_type && Tag != dwarf::DW_TAG_union_type &&
       Tag != dwarf::DW_TAG_enumeration_type) ||
      Type->isForwardDecl() || (Type->getName().empty() && TypedefName.empty()))
    return;
  Layout New = layoutOf(Type);
  std::vector<Layout> &Known =
      Table[{Type->getName().empty() ? TypedefName.str() : typeName(Type),
             Type->getFile() ? Type->getFile()->getFilename().str() : ""}];
  for (const Layout &Other : Known)
    if (Other.sameAs(New) && Other.Values == New.Values)
      return;
  Known.push_back(std::move(New));
}

static TypeTable collectTypes(const Module &M) {
  TypeTable Table;
  DebugInfoFinder Finder;
  Finder.processModule(M);
  for (const DIType *Type : Finder.types()) {
    if (const auto *Composite = dyn_cast<DICompositeType>(Type))
      addType(Table, Composite, "");
    else if (const auto *Derived = dyn_cast<DIDerivedType>(Type))
      if (Derived->getTag() == dwarf::DW_TAG_typedef)
        if (const auto *Composite = dyn_cast_or_null<DICompositeType>(
                stripSugar(Derived->getBaseType())))
          addType(Table, Composite, Derived->getName());
  }
  return Table;
}

static std::string bytesAndBits(uint64_t Bits) {
  std::string Text = std::to_string(Bits / 8);
  return Bits % 8 ? Text + " bits +" + std::to_string(Bits % 8) : Text;
}

static const Member *findMember(const Layout &L, StringRef Name) {
  for (const Member &M : L.Members)
    if (M.Name == Name)
      return &M;
  return nullptr;
}

/// The differences in the words of the programmer, most telling first.
static std::string describeLayoutChange(const Layout &Old, const Layout &New) {
  SmallVector<std::string, 8> Parts;
  for (const Member &M : New.Members)
    if (!findMember(Old, M.Name))
      Parts.push_back("field '" + M.Name + "' (" + M.Type +
                      ") added at offset " + bytesAndBits(M.OffsetInBits) +
                      (M.Line ? ", line " + std::to_string(M.Line) : ""));
  for (const Member &M : Old.Members)
    if (!findMember(New, M.Name))
      Parts.push_back("field '" + M.Name + "' (" + M.Type +
                      ") removed from offset " + bytesAndBits(M.OffsetInBits));
  for (const Member &M : Old.Members) {
    const Member *Now = findMember(New, M.Name);
    if (!Now || M.Name.empty())
      continue;
    if (M.Type != Now->Type)
      Parts.push_back("field '" + M.Name + "' retyped from " + M.Type + " to " +
                      Now->Type);
    else if (M.SizeInBits != Now->SizeInBits)
      Parts.push_back("field '" + M.Name + "' resized from " +
                      bytesAndBits(M.SizeInBits) + " to " +
                      bytesAndBits(Now->SizeInBits) + " bytes");
    if (M.OffsetInBits != Now->OffsetInBits)
      Parts.push_back("field '" + M.Name + "' moved from offset " +
                      bytesAndBits(M.OffsetInBits) + " to " +
                      bytesAndBits(Now->OffsetInBits));
  }
  if (Old.Type->getSizeInBits() != New.Type->getSizeInBits())
    Parts.push_back("size changed from " +
                    bytesAndBits(Old.Type->getSizeInBits()) + " to " +
                    bytesAndBits(New.Type->getSizeInBits()) + " bytes");
  if (Parts.empty())
    Parts.push_back("its members or alignment changed");
  constexpr size_t Most = 6;
  std::string Text = join(ArrayRef(Parts).take_front(Most), "; ");
  if (Parts.size() > Most)
    Text += "; and " + std::to_string(Parts.size() - Most) + " more";
  return Text;
}

/// Enumerators whose meaning changed; empty if there are only new ones.
static std::string describeEnumChange(const Layout &Old, const Layout &New) {
  SmallVector<std::string, 8> Parts;
  for (const auto &[Name, Value] : Old.Values) {
    auto It = New.Values.find(Name);
    if (It == New.Values.end())
      Parts.push_back("'" + Name + "' (" + Value + ") removed");
    else if (It->second != Value)
      Parts.push_back("'" + Name + "' renumbered from " + Value + " to " +
                      It->second);
  }
  if (Old.Type->getSizeInBits() != New.Type->getSizeInBits())
    Parts.push_back("size changed");
  return join(Parts, "; ");
}

static bool isAccepted(const std::set<std::string> &Accepted,
                       const std::string &Name) {
  StringRef Bare = Name;
  for (StringRef Tag : {"struct ", "union ", "enum "})
    if (Bare.consume_front(Tag))
      break;
  return Accepted.count(Name) || Accepted.count(Bare.str());
}

static void reportChange(const TypeKey &Key, const Layout &Old,
                         const Layout &New, bool Accepted, Findings &Into) {
  const bool Enum = isEnum(Old) && isEnum(New);
  std::string Change =
      Enum ? describeEnumChange(Old, New) : describeLayoutChange(Old, New);
  if (Change.empty())
    return;
  Finding F;
  F.Severity = Accepted ? Finding::Note : Finding::Refusal;
  F.Code = Enum ? "enum-values" : "struct-layout";
  F.Subject = Key.Name;
  F.Place = typePlace(New.Type);
  F.Text = Enum ? "the values of '" + Key.Name + "' change: " + Change
                : "the layout of '" + Key.Name + "' changes: " + Change;
  if (Accepted)
    F.Text += " (accepted by --accept-type)";
  else
    F.Remedy = Enum
                   ? "keep the old numbers and add new enumerators at the end, "
                     "restart the program, or pass '--accept-type=" +
                         Key.Name + "' if no value of it is kept in memory"
                   : "layout changes cannot be applied live yet: keep the "
                     "layout, or restart the program";
  Into.add(std::move(F));
}

void compareTypes(const Module &Old, const Module &New,
                  const std::set<std::string> &Accepted, Findings &Into) {
  const TypeTable TypesOld = collectTypes(Old), TypesNew = collectTypes(New);
  for (const auto &[Key, LayoutsNew] : TypesNew) {
    auto It = TypesOld.find(Key);
    // A definition that moved to another file is still the same type if there
    // is only one of that name.
    if (It == TypesOld.end()) {
      auto Match = TypesOld.end();
      unsigned Count = 0;
      for (auto Candidate = TypesOld.lower_bound({Key.Name, ""});
           Candidate != TypesOld.end() && Candidate->first.Name == Key.Name;
           ++Candidate)
        if (!TypesNew.count(Candidate->first)) {
          Match = Candidate;
          ++Count;
        }
      if (!Count)
        continue;
      It = Match;
    }
    for (const Layout &LayoutNew : LayoutsNew) {
      bool Found = false;
      for (const Layout &LayoutOld : It->second)
        Found |= LayoutOld.sameAs(LayoutNew) &&
                 (!isEnum(LayoutNew) ||
                  describeEnumChange(LayoutOld, LayoutNew).empty());
      if (!Found)
        reportChange(Key, It->second.front(), LayoutNew,
                     isAccepted(Accepted, Key.Name), Into);
    }
  }
}

} // namespace dsu
