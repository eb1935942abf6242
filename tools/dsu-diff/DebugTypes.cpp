//===- DebugTypes.cpp - C types as the debug information has them ---------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See DebugTypes.h.
//
//===----------------------------------------------------------------------===//

#include "DebugTypes.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalVariable.h"

#include <set>
#include <tuple>

using namespace llvm;

namespace dsu {

static bool isQualifier(unsigned Tag) {
  return Tag == dwarf::DW_TAG_const_type ||
         Tag == dwarf::DW_TAG_volatile_type ||
         Tag == dwarf::DW_TAG_restrict_type || Tag == dwarf::DW_TAG_atomic_type;
}

const DIType *stripSugar(const DIType *Type) {
  while (const auto *Derived = dyn_cast_or_null<DIDerivedType>(Type)) {
    if (Derived->getTag() != dwarf::DW_TAG_typedef &&
        !isQualifier(Derived->getTag()))
      break;
    Type = Derived->getBaseType();
  }
  return Type;
}

static std::string arrayName(const DICompositeType *Array) {
  std::string Name = typeName(Array->getBaseType());
  for (const DINode *Element : Array->getElements()) {
    const auto *Range = dyn_cast<DISubrange>(Element);
    const auto *Count =
        Range ? dyn_cast_if_present<ConstantInt *>(Range->getCount()) : nullptr;
    Name += Count ? "[" + std::to_string(Count->getSExtValue()) + "]" : "[]";
  }
  return Name;
}

static std::string parameterList(const DISubroutineType *Type) {
  std::string Result, Parameters;
  unsigned Index = 0;
  for (const DIType *Part : Type->getTypeArray()) {
    if (Index++ == 0) {
      Result = typeName(Part);
      continue;
    }
    if (!Parameters.empty())
      Parameters += ", ";
    Parameters += Part ? typeName(Part) : "...";
  }
  if (Index == 0)
    Result = "void";
  return Result + " (" + Parameters + ")";
}

static std::string compositeName(const DICompositeType *Type,
                                 StringRef TypedefName) {
  StringRef Name = Type->getName().empty() ? TypedefName : Type->getName();
  StringRef Keyword;
  switch (Type->getTag()) {
  case dwarf::DW_TAG_structure_type:
    Keyword = "struct ";
    break;
  case dwarf::DW_TAG_union_type:
    Keyword = "union ";
    break;
  case dwarf::DW_TAG_enumeration_type:
    Keyword = "enum ";
    break;
  default:
    break;
  }
  if (!Name.empty())
    return (Type->getName().empty() ? Name : Keyword + Name).str();
  // Anonymous and unnamed: what it contains says what it is.
  std::string Text = (Keyword + "{").str();
  for (const DINode *Element : Type->getElements()) {
    if (const auto *Member = dyn_cast<DIDerivedType>(Element))
      Text += " " + typeName(Member->getBaseType()) + " " +
              Member->getName().str() + "@" +
              std::to_string(Member->getOffsetInBits()) + ";";
    else if (const auto *Value = dyn_cast<DIEnumerator>(Element))
      Text += " " + Value->getName().str() + "=" +
              toString(Value->getValue(), 10, true) + ";";
  }
  return Text + " }";
}

std::string typeName(const DIType *Type) {
  StringRef TypedefName;
  while (const auto *Derived = dyn_cast_or_null<DIDerivedType>(Type)) {
    if (Derived->getTag() == dwarf::DW_TAG_pointer_type)
      return typeName(Derived->getBaseType()) + " *";
    if (Derived->getTag() == dwarf::DW_TAG_typedef)
      TypedefName = Derived->getName();
    else if (!isQualifier(Derived->getTag()))
      break;
    Type = Derived->getBaseType();
  }
  if (!Type)
    return "void";
  if (const auto *Composite = dyn_cast<DICompositeType>(Type))
    return Composite->getTag() == dwarf::DW_TAG_array_type
               ? arrayName(Composite)
               : compositeName(Composite, TypedefName);
  if (const auto *Subroutine = dyn_cast<DISubroutineType>(Type))
    return parameterList(Subroutine);
  return Type->getName().str();
}

std::string signatureOf(const DISubprogram *Subprogram) {
  return Subprogram && Subprogram->getType()
             ? parameterList(Subprogram->getType())
             : std::string();
}

namespace {

/// Types that refer to themselves: a pair under way counts as equal.
class StructuralComparison {
public:
  explicit StructuralComparison(function_ref<bool(const std::string &)> Known)
      : Known(Known) {}
  const DIType *find(const DIType *Old, const DIType *New);

private:
  const DIType *findInside(const DICompositeType *Old,
                           const DICompositeType *New);

  function_ref<bool(const std::string &)> Known;
  std::set<std::pair<const DIType *, const DIType *>> Seen;
};

} // namespace

/// What an element is but its type.
static auto shapeOf(const DINode *Element) {
  const auto *Member = dyn_cast<DIDerivedType>(Element);
  return Member ? std::tuple(Member->getName(), Member->getOffsetInBits(),
                             Member->getSizeInBits())
                : std::tuple(StringRef(), uint64_t(0), uint64_t(0));
}

const DIType *StructuralComparison::findInside(const DICompositeType *Old,
                                               const DICompositeType *New) {
  if (Old->isForwardDecl() || New->isForwardDecl())
    return nullptr;
  if (New->getTag() == dwarf::DW_TAG_enumeration_type) {
    // New enumerators do no harm.
    for (const DINode *Element : Old->getElements()) {
      const auto *Value = cast<DIEnumerator>(Element);
      if (none_of(New->getElements(), [&](const DINode *Other) {
            const auto *Now = cast<DIEnumerator>(Other);
            return Now->getName() == Value->getName() &&
                   Now->getValue() == Value->getValue();
          }))
        return New;
    }
    return nullptr;
  }
  if (Old->getElements().size() != New->getElements().size() ||
      Old->getSizeInBits() != New->getSizeInBits())
    return New;
  for (const auto &[Then, Now] : zip(Old->getElements(), New->getElements())) {
    if (shapeOf(Then) != shapeOf(Now))
      return New;
    const auto *TypeThen = dyn_cast<DIDerivedType>(Then);
    const auto *TypeNow = dyn_cast<DIDerivedType>(Now);
    if (!TypeThen || !TypeNow)
      continue;
    if (typeName(TypeThen->getBaseType()) != typeName(TypeNow->getBaseType()))
      return New;
    if (const DIType *Inner =
            find(TypeThen->getBaseType(), TypeNow->getBaseType()))
      return Inner;
  }
  return nullptr;
}

const DIType *StructuralComparison::find(const DIType *Old, const DIType *New) {
  const DIType *Named = New; // a typedef may be the only name
  Old = stripSugar(Old);
  New = stripSugar(New);
  if (!Old || !New || Old == New || !Seen.insert({Old, New}).second)
    return nullptr;
  if (const auto *Pointer = dyn_cast<DIDerivedType>(New)) {
    const auto *Then = dyn_cast<DIDerivedType>(Old);
    return Then ? find(Then->getBaseType(), Pointer->getBaseType()) : New;
  }
  const auto *CompositeOld = dyn_cast<DICompositeType>(Old);
  const auto *CompositeNew = dyn_cast<DICompositeType>(New);
  // Parameters of functions that are pointed to: see signatures.
  if (!CompositeOld || !CompositeNew)
    return nullptr;
  if (CompositeNew->getTag() == dwarf::DW_TAG_array_type)
    return find(CompositeOld->getBaseType(), CompositeNew->getBaseType());
  if (Known(typeName(Named)))
    return nullptr;
  return findInside(CompositeOld, CompositeNew);
}

const DIType *findDifference(const DIType *Old, const DIType *New,
                             function_ref<bool(const std::string &)> Known) {
  return StructuralComparison(Known).find(Old, New);
}

std::string typePlace(const DIType *Type) {
  if (!Type || !Type->getFile())
    return {};
  std::string Place = Type->getFile()->getFilename().str();
  return Type->getLine() ? Place + ":" + std::to_string(Type->getLine())
                         : Place;
}

/// One step into an array: the element's type and size, false if unknown.
static bool arrayElement(const DICompositeType *Array, const DIType *&Element,
                         uint64_t &Size) {
  Element = Array->getBaseType();
  const DIType *Plain = stripSugar(Element);
  Size = Plain ? Plain->getSizeInBits() / 8 : 0;
  return Size != 0;
}

/// The member that byte \p Offset lies in, the first of a union's.
static const DIDerivedType *memberAt(const DICompositeType *Composite,
                                     uint64_t Offset) {
  for (const DINode *Node : Composite->getElements()) {
    const auto *Member = dyn_cast<DIDerivedType>(Node);
    if (!Member || Member->isStaticMember())
      continue;
    const uint64_t Begin = Member->getOffsetInBits() / 8;
    if (Begin <= Offset &&
        Offset * 8 < Member->getOffsetInBits() + Member->getSizeInBits())
      return Member;
  }
  return nullptr;
}

bool enclosingStruct(const DIType *Type, uint64_t Offset,
                     std::pair<uint64_t, uint64_t> &Range) {
  uint64_t Begin = 0; // of Type's object
  bool Found = false;
  while (const auto *Composite =
             dyn_cast_or_null<DICompositeType>(stripSugar(Type))) {
    if (Composite->getTag() == dwarf::DW_TAG_array_type) {
      uint64_t Stride;
      if (!arrayElement(Composite, Type, Stride))
        break;
      Begin += (Offset - Begin) / Stride * Stride;
      continue;
    }
    if (Composite->getTag() == dwarf::DW_TAG_enumeration_type)
      break;
    const bool Union = Composite->getTag() == dwarf::DW_TAG_union_type;
    if (!Union || !Found)
      Range = {Begin, Begin + Composite->getSizeInBits() / 8};
    Found = true;
    const DIDerivedType *Inside =
        Union ? nullptr : memberAt(Composite, Offset - Begin);
    if (!Inside)
      break;
    Begin += Inside->getOffsetInBits() / 8;
    Type = Inside->getBaseType();
  }
  return Found;
}

std::string elementName(StringRef Variable, const DIType *Type, uint64_t Offset,
                        uint64_t Size) {
  std::string Name = Variable.str();
  while (const auto *Composite =
             dyn_cast_or_null<DICompositeType>(stripSugar(Type))) {
    if (Composite->getTag() == dwarf::DW_TAG_array_type) {
      uint64_t Stride;
      if (Composite->getSizeInBits() <= Size * 8 ||
          !arrayElement(Composite, Type, Stride))
        return Name;
      Name += "[" + std::to_string(Offset / Stride) + "]";
      Offset %= Stride;
      continue;
    }
    const DIDerivedType *Inside = memberAt(Composite, Offset);
    if (!Inside)
      return Name;
    if (!Inside->getName().empty())
      Name += "." + Inside->getName().str();
    Offset -= Inside->getOffsetInBits() / 8;
    Type = Inside->getBaseType();
  }
  return Name;
}

const DIType *variableType(const GlobalVariable &GV) {
  SmallVector<DIGlobalVariableExpression *, 1> Expressions;
  GV.getDebugInfo(Expressions);
  return Expressions.empty() ? nullptr
                             : Expressions[0]->getVariable()->getType();
}

} // namespace dsu
