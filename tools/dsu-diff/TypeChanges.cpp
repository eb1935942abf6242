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
#include "UnitPairs.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/DebugProgramInstruction.h"

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

/// An unnamed enum has no name; its enumerators are looked up by theirs.
struct TypeKey {
  std::string Name, File;
  std::string Function; ///< empty at file scope
  bool operator<(const TypeKey &Other) const {
    return std::tie(Name, File, Function) <
           std::tie(Other.Name, Other.File, Other.Function);
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

static std::string functionAround(const DIType *Type) {
  const auto *Scope = dyn_cast_or_null<DILocalScope>(Type->getScope());
  return Scope ? Scope->getSubprogram()->getName().str() : "";
}

static void addType(TypeTable &Table, const DICompositeType *Type,
                    StringRef TypedefName) {
  const unsigned Tag = Type->getTag();
  if ((Tag != dwarf::DW_TAG_structure_type && Tag != dwarf::DW_TAG_union_type &&
       Tag != dwarf::DW_TAG_enumeration_type) ||
      Type->isForwardDecl() ||
      (Type->getName().empty() && TypedefName.empty() &&
       Tag != dwarf::DW_TAG_enumeration_type))
    return;
  Layout New = layoutOf(Type);
  std::vector<Layout> &Known =
      Table[{Type->getName().empty() ? TypedefName.str() : typeName(Type),
             Type->getFile() ? Type->getFile()->getFilename().str() : "",
             functionAround(Type)}];
  for (const Layout &Other : Known)
    if (Other.sameAs(New) && Other.Values == New.Values)
      return;
  Known.push_back(std::move(New));
}

/// The unnamed struct or union that a pointer of this type leads to; null if it
/// is none, or has a typedef.
static const DICompositeType *unnamedBehind(const DIType *Type) {
  bool ThroughPointer = false;
  while (const auto *Derived = dyn_cast_or_null<DIDerivedType>(Type)) {
    if (Derived->getTag() == dwarf::DW_TAG_typedef)
      return nullptr;
    ThroughPointer |= Derived->getTag() == dwarf::DW_TAG_pointer_type;
    Type = Derived->getBaseType();
  }
  const auto *Composite = dyn_cast_or_null<DICompositeType>(Type);
  return ThroughPointer && Composite && Composite->getName().empty() ? Composite
                                                                     : nullptr;
}

/// Unnamed types are known by the local variables that lead to their objects.
static void addLocalTypes(TypeTable &Table, const Module &M) {
  for (const Function &F : M)
    for (const BasicBlock &BB : F)
      for (const Instruction &I : BB)
        for (DbgVariableRecord &Record : filterDbgVars(I.getDbgRecordRange())) {
          const DILocalVariable *Variable = Record.getVariable();
          if (const DICompositeType *Type = unnamedBehind(Variable->getType()))
            addType(Table, Type,
                    ("unnamed type of " + Variable->getName()).str());
        }
}

static TypeTable collectTypes(const Module &M) {
  TypeTable Table;
  DebugInfoFinder Finder;
  Finder.processModule(M);
  std::set<const DICompositeType *> HaveTypedef;
  for (const DIType *Type : Finder.types())
    if (const auto *Derived = dyn_cast<DIDerivedType>(Type))
      if (Derived->getTag() == dwarf::DW_TAG_typedef)
        if (const auto *Composite = dyn_cast_or_null<DICompositeType>(
                stripSugar(Derived->getBaseType()))) {
          addType(Table, Composite, Derived->getName());
          HaveTypedef.insert(Composite);
        }
  for (const DIType *Type : Finder.types())
    if (const auto *Composite = dyn_cast<DICompositeType>(Type))
      if (!Composite->getName().empty() || !HaveTypedef.count(Composite))
        addType(Table, Composite, "");
  addLocalTypes(Table, M);
  for (auto &[Key, Layouts] : Table)
    llvm::sort(Layouts, [](const Layout &A, const Layout &B) {
      return A.Type->getLine() < B.Type->getLine();
    });
  return Table;
}

static void merge(TypeTable &Into, const TypeTable &From) {
  for (const auto &[Key, Layouts] : From) {
    std::vector<Layout> &Known = Into[Key];
    append_range(Known, Layouts);
  }
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

static Finding describeChange(const TypeKey &Key, const Layout &Old,
                              const Layout &New, bool Accepted) {
  const bool Enum = isEnum(Old) && isEnum(New);
  std::string Change =
      Enum ? describeEnumChange(Old, New) : describeLayoutChange(Old, New);
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
  return F;
}

static bool isEqual(const Layout &Old, const Layout &New) {
  return Old.sameAs(New) &&
         (!isEnum(New) || describeEnumChange(Old, New).empty());
}

namespace {

class TypeComparison {
public:
  TypeComparison(const std::set<std::string> &Accepted, Findings &Into)
      : Accepted(Accepted), Into(Into) {}

  void compare(const TypeTable &Old, const TypeTable &New, bool OneUnit);

private:
  std::vector<Layout> findOld(const TypeTable &Old, const TypeTable &New,
                              const TypeKey &Key) const;
  void compareNamed(const TypeKey &Key, const std::vector<Layout> &Old,
                    const std::vector<Layout> &New, bool OneUnit);
  void compareUnnamed(const std::vector<Layout> &Old,
                      const std::vector<Layout> &New);
  void report(Finding F);

  const std::set<std::string> &Accepted;
  Findings &Into;
};

} // namespace

/// The same type may be seen in the whole program and in several units.
void TypeComparison::report(Finding F) {
  if (none_of(Into.all(), [&](const Finding &Known) {
        return Known.Code == F.Code && Known.Text == F.Text;
      }))
    Into.add(std::move(F));
}

/// A definition that moved to another file is still the same type.
std::vector<Layout> TypeComparison::findOld(const TypeTable &Old,
                                            const TypeTable &New,
                                            const TypeKey &Key) const {
  auto It = Old.find(Key);
  if (It != Old.end())
    return It->second;
  std::vector<Layout> Result;
  for (auto Gone = Old.lower_bound({Key.Name, "", ""});
       Gone != Old.end() && Gone->first.Name == Key.Name; ++Gone)
    if (!New.count(Gone->first) &&
        (Gone->first.Function == Key.Function || Key.Function.empty() ||
         Gone->first.Function.empty()))
      append_range(Result, Gone->second);
  return Result;
}

void TypeComparison::compareNamed(const TypeKey &Key,
                                  const std::vector<Layout> &Old,
                                  const std::vector<Layout> &New,
                                  bool OneUnit) {
  const bool IsAccepted = isAccepted(Accepted, Key.Name);
  // Blocks of one function: in the order of the source.
  if (OneUnit && Old.size() == New.size()) {
    for (size_t I = 0; I != New.size(); ++I)
      if (!isEqual(Old[I], New[I]))
        report(describeChange(Key, Old[I], New[I], IsAccepted));
    return;
  }
  for (const Layout &L : New)
    if (none_of(Old, [&](const Layout &Other) { return isEqual(Other, L); }))
      report(describeChange(Key, Old.front(), L, IsAccepted));
}

/// Which unnamed enum is which is told by the enumerators.
void TypeComparison::compareUnnamed(const std::vector<Layout> &Old,
                                    const std::vector<Layout> &New) {
  for (const Layout &Then : Old) {
    SmallVector<std::string, 8> Parts;
    bool Known = false, Accept = false;
    for (const auto &[Name, Value] : Then.Values) {
      std::string Now;
      bool Same = false;
      for (const Layout &L : New) {
        auto It = L.Values.find(Name);
        // One by itself is a constant, as by #define.
        if (It == L.Values.end() ||
            (L.Values.size() == 1 && Then.Values.size() == 1))
          continue;
        Now = It->second;
        Same |= Now == Value;
      }
      Known |= !Now.empty();
      Accept |= Accepted.count(Name) != 0;
      if (Now.empty())
        Parts.push_back("'" + Name + "' (" + Value + ") removed");
      else if (!Same)
        Parts.push_back("'" + Name + "' renumbered from " + Value + " to " +
                        Now);
    }
    if (!Known || Parts.empty())
      continue; // nothing new reads it, or nothing changed
    const std::string First = Then.Values.begin()->first;
    Finding F;
    F.Severity = Accept ? Finding::Note : Finding::Decision;
    F.Code = "enum-values";
    F.Subject = First;
    F.Place = typePlace(New.front().Type);
    F.Text = "the values of an unnamed enum (with '" + First +
             "') change: " + join(Parts, "; ");
    if (Accept)
      F.Text += " (accepted by --accept-type)";
    else
      F.Remedy = "keep the old numbers and add new enumerators at the end, or "
                 "pass '--accept-type=" +
                 First + "' if no value of it is kept in memory";
    report(std::move(F));
  }
}

void TypeComparison::compare(const TypeTable &Old, const TypeTable &New,
                             bool OneUnit) {
  for (const auto &[Key, LayoutsNew] : New) {
    const std::vector<Layout> LayoutsOld = findOld(Old, New, Key);
    if (LayoutsOld.empty())
      continue;
    if (Key.Name.empty())
      compareUnnamed(LayoutsOld, LayoutsNew);
    else
      compareNamed(Key, LayoutsOld, LayoutsNew, OneUnit);
  }
}

void compareTypes(const Module &Old, const Module &New,
                  const std::set<std::string> &Accepted, Findings &Into) {
  TypeComparison(Accepted, Into)
      .compare(collectTypes(Old), collectTypes(New), /*OneUnit=*/false);
}

static std::string unitKey(const Module &Unit) {
  return (unitSource(Unit) + "#" + Twine(unitNumber(Unit))).str();
}

void compareTypesByUnit(ArrayRef<Module *> Old, ArrayRef<Module *> New,
                        const std::set<std::string> &Accepted, Findings &Into) {
  TypeComparison Comparison(Accepted, Into);
  auto Collect = [](ArrayRef<Module *> Units) {
    std::map<std::string, TypeTable> Result;
    for (const Module *Unit : Units)
      merge(Result[unitKey(*Unit)], collectTypes(*Unit));
    return Result;
  };
  auto UnitsOld = Collect(Old), UnitsNew = Collect(New);
  // Units that were renamed are compared with all that are gone.
  TypeTable Gone, Added;
  for (auto &[Key, Types] : UnitsNew) {
    auto It = UnitsOld.find(Key);
    if (It == UnitsOld.end()) {
      merge(Added, Types);
      continue;
    }
    Comparison.compare(It->second, Types, /*OneUnit=*/true);
    UnitsOld.erase(It);
  }
  for (auto &[Key, Types] : UnitsOld)
    merge(Gone, Types);
  Comparison.compare(Gone, Added, /*OneUnit=*/false);
}

} // namespace dsu
