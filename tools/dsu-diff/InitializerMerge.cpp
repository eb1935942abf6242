//===- InitializerMerge.cpp - tables take the new content -----------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See InitializerMerge.h.
//
//===----------------------------------------------------------------------===//

#include "InitializerMerge.h"

#include "DebugTypes.h"
#include "RunningProgram.h"
#include "VersionStrings.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Operator.h"
#include "llvm/Support/raw_ostream.h"

#include <map>

using namespace llvm;

namespace dsu {

namespace {

class Merger {
public:
  Merger(const Equality &Eq, const std::string &Key, const GlobalVariable &Old,
         const GlobalVariable &New, Findings &Into)
      : Eq(Eq), Key(Key), Old(Old), New(New), Into(Into),
        DL(New.getParent()->getDataLayout()) {}

  std::vector<ElementEdit> run();

private:
  void merge(const Constant *COld, const Constant *CNew, uint64_t Offset,
             std::vector<unsigned> &Path);
  void mergeElements(const Constant *COld, const Constant *CNew,
                     uint64_t Offset, std::vector<unsigned> &Path);
  bool setOldPointer(const Constant *COld, ElementEdit &Edit);
  std::pair<uint64_t, uint64_t> groupOf(uint64_t Offset) const;
  void keepRest(const Constant *COld, uint64_t Offset,
                std::pair<uint64_t, uint64_t> Group,
                std::vector<ElementEdit> &Grouped);
  void undecided(const ElementEdit &Edit, const Twine &Why);
  std::string show(const Constant *C) const;

  const Equality &Eq;
  const std::string &Key;
  const GlobalVariable &Old, &New;
  std::vector<ElementEdit> Edits;
  Findings &Into;
  const DataLayout &DL;
};

} // namespace

static void appendBytes(const APInt &Value, uint64_t Size, std::string &Into) {
  for (uint64_t I = 0; I != Size; ++I)
    Into.push_back(
        I * 8 < Value.getBitWidth()
            ? Value.extractBitsAsZExtValue(
                  std::min<unsigned>(8, Value.getBitWidth() - I * 8), I * 8)
            : 0);
}

/// The bytes of a number or an array of bytes, false for anything else.
static bool bytesOf(const Constant *C, uint64_t Size, std::string &Bytes) {
  if (C->isNullValue() || isa<UndefValue>(C)) {
    Bytes.assign(Size, '\0');
    return true;
  }
  if (const auto *Int = dyn_cast<ConstantInt>(C)) {
    appendBytes(Int->getValue(), Size, Bytes);
    return true;
  }
  if (const auto *FP = dyn_cast<ConstantFP>(C)) {
    appendBytes(FP->getValueAPF().bitcastToAPInt(), Size, Bytes);
    return true;
  }
  if (const auto *Data = dyn_cast<ConstantDataSequential>(C)) {
    Bytes = Data->getRawDataValues().str();
    return Bytes.size() == Size;
  }
  return false;
}

static bool isByteArray(const Type *T) {
  const auto *Array = dyn_cast<ArrayType>(T);
  return Array && Array->getElementType()->isIntegerTy(8);
}

/// What a pointer constant points to, and how far behind.
static const GlobalValue *splitPointer(const Constant *C, const DataLayout &DL,
                                       int64_t &Addend) {
  APInt Offset(DL.getIndexTypeSizeInBits(C->getType()), 0);
  const Value *Base = C->stripAndAccumulateConstantOffsets(
      DL, Offset, /*AllowNonInbounds=*/true);
  Addend = Offset.getSExtValue();
  return dyn_cast<GlobalValue>(Base);
}

std::string Merger::show(const Constant *C) const {
  StringRef Text;
  if (getLiteral(C, Text))
    return "\"" + Text.str() + "\"";
  if (const auto *Int = dyn_cast<ConstantInt>(C))
    return toString(Int->getValue(), 10, true);
  if (isByteArray(C->getType())) {
    const auto *Data = dyn_cast<ConstantDataSequential>(C);
    return Data && Data->isString()
               ? "\"" + Data->getAsString().rtrim('\0').str() + "\""
           : C->isNullValue() ? "\"\""
                              : "bytes";
  }
  if (C->isNullValue())
    return C->getType()->isPointerTy() ? "NULL" : "0";
  if (C->getType()->isPointerTy()) {
    int64_t Addend;
    if (const GlobalValue *Target = splitPointer(C, DL, Addend)) {
      std::string Name = identityKey(*Target);
      if (Name.empty())
        Name = "an unnamed object";
      return Addend ? Name + "+" + std::to_string(Addend) : Name;
    }
  }
  std::string Printed;
  raw_string_ostream OS(Printed);
  C->printAsOperand(OS, /*PrintType=*/false);
  return OS.str();
}

void Merger::undecided(const ElementEdit &Edit, const Twine &Why) {
  const std::string What =
      Edit.Kept ? "the initial values around '" + Edit.Element +
                      "' change and have to stay together with it"
                : "the initial value of '" + Edit.Element + "' changes from " +
                      Edit.OldShown + " to " + Edit.NewShown;
  Into.add({Finding::Decision, "initializer", Key, What + ", but " + Why.str(),
            definitionPlace(New),
            "pass " + asTyped("--keep-value", Key) +
                " to leave the variable as it is"});
}

/// How to recognize the old value; false if it cannot be.
bool Merger::setOldPointer(const Constant *COld, ElementEdit &Edit) {
  StringRef Text;
  if (getLiteral(COld, Text)) {
    Edit.Kind = ElementEdit::Text;
    Edit.OldBytes = Text.str() + '\0';
    return true;
  }
  Edit.Kind = ElementEdit::Pointer;
  if (COld->isNullValue())
    return true;
  const GlobalValue *Target = splitPointer(COld, DL, Edit.OldAddend);
  if (Target)
    Edit.OldTarget = identityKey(*Target);
  const char *Why = nullptr;
  if (Edit.OldTarget.empty())
    Why = "the old value has no name to compare it with";
  else if (Target->isThreadLocal())
    Why = "the old value is the address of a thread-local";
  if (Why) {
    undecided(Edit, Why);
    return false;
  }
  Edit.OldTargetIsFunction = isa<Function>(Target);
  return true;
}

void Merger::mergeElements(const Constant *COld, const Constant *CNew,
                           uint64_t Offset, std::vector<unsigned> &Path) {
  Type *T = CNew->getType();
  const auto *Struct = dyn_cast<StructType>(T);
  const uint64_t Count =
      Struct ? Struct->getNumElements() : cast<ArrayType>(T)->getNumElements();
  const StructLayout *Fields =
      Struct ? DL.getStructLayout(const_cast<StructType *>(Struct)) : nullptr;
  const uint64_t Stride =
      Struct ? 0 : DL.getTypeAllocSize(cast<ArrayType>(T)->getElementType());
  for (unsigned I = 0; I != Count; ++I) {
    Path.push_back(I);
    merge(COld->getAggregateElement(I), CNew->getAggregateElement(I),
          Offset +
              (Struct ? uint64_t(Fields->getElementOffset(I)) : I * Stride),
          Path);
    Path.pop_back();
  }
}

void Merger::merge(const Constant *COld, const Constant *CNew, uint64_t Offset,
                   std::vector<unsigned> &Path) {
  if (Eq.constants(COld, CNew) || isa<UndefValue>(CNew))
    return;
  Type *T = CNew->getType();
  const bool SameType = Eq.types(COld->getType(), T);
  if (!SameType && COld->isNullValue() && CNew->isNullValue())
    return; // zero as whatever
  if (SameType && T->isAggregateType() && !isByteArray(T))
    return mergeElements(COld, CNew, Offset, Path);

  ElementEdit Edit;
  Edit.Variable = Key;
  Edit.Element = elementName(New.getName().split(".llvm.").first,
                             variableType(New), Offset, DL.getTypeStoreSize(T));
  Edit.Offset = Offset;
  Edit.Size = DL.getTypeStoreSize(T);
  Edit.Path = Path;
  Edit.OldShown = show(COld);
  Edit.NewShown = show(CNew);
  if (!SameType)
    return undecided(Edit,
                     "it is initialized as another type or member of a union");
  if (Old.isThreadLocal())
    return undecided(Edit, "every thread has a copy of it");
  if (T->isPointerTy()) {
    if (setOldPointer(COld, Edit))
      Edits.push_back(std::move(Edit));
    return;
  }
  std::string NewBytes;
  if (!bytesOf(COld, Edit.Size, Edit.OldBytes) ||
      !bytesOf(CNew, Edit.Size, NewBytes))
    return undecided(Edit, "it is neither a number nor a plain address");
  Edits.push_back(std::move(Edit));
}

/// The bytes that are edited together with the element at \p Offset; none for
/// the elements of an array, which stand for themselves.
std::pair<uint64_t, uint64_t> Merger::groupOf(uint64_t Offset) const {
  std::pair<uint64_t, uint64_t> Range{0, 0};
  const DIType *Type = variableType(New);
  if (Type)
    enclosingStruct(Type, Offset, Range);
  else if (New.getValueType()->isAggregateType())
    Range = {0, DL.getTypeAllocSize(New.getValueType())};
  return Range;
}

/// Whether an array has no padding and no pointers inside.
static bool isPlainArray(const Type *T) {
  const auto *Array = dyn_cast<ArrayType>(T);
  return Array && (Array->getElementType()->isIntegerTy() ||
                   Array->getElementType()->isFloatingPointTy());
}

/// Adds the elements in \p Group that do not change, to be compared.
void Merger::keepRest(const Constant *COld, uint64_t Offset,
                      std::pair<uint64_t, uint64_t> Group,
                      std::vector<ElementEdit> &Grouped) {
  Type *T = COld->getType();
  const uint64_t Size = DL.getTypeStoreSize(T);
  if (!Size || Offset >= Group.second || Offset + Size <= Group.first ||
      isa<UndefValue>(COld))
    return;
  const bool Edited = any_of(Edits, [&](const ElementEdit &Edit) {
    return Edit.Offset < Offset + Size && Offset < Edit.Offset + Edit.Size;
  });
  const bool Whole = Offset >= Group.first && Offset + Size <= Group.second &&
                     !Edited && isPlainArray(T);
  if (T->isAggregateType() && !Whole && !(Edited && isByteArray(T))) {
    const auto *Struct = dyn_cast<StructType>(T);
    const uint64_t Count = Struct ? Struct->getNumElements()
                                  : cast<ArrayType>(T)->getNumElements();
    for (unsigned I = 0; I != Count; ++I)
      keepRest(COld->getAggregateElement(I),
               Offset + (Struct
                             ? uint64_t(DL.getStructLayout(
                                              const_cast<StructType *>(Struct))
                                            ->getElementOffset(I))
                             : I * DL.getTypeAllocSize(
                                       cast<ArrayType>(T)->getElementType())),
               Group, Grouped);
    return;
  }
  if (Edited)
    return;
  ElementEdit Edit;
  Edit.Variable = Key;
  Edit.Element = elementName(New.getName().split(".llvm.").first,
                             variableType(New), Offset, Size);
  Edit.Offset = Offset;
  Edit.Size = Size;
  Edit.Kept = true;
  if (T->isPointerTy() ? !setOldPointer(COld, Edit)
                       : !bytesOf(COld, Size, Edit.OldBytes)) {
    if (!T->isPointerTy())
      undecided(Edit, "it is neither a number nor a plain address");
    return;
  }
  Grouped.push_back(std::move(Edit));
}

/// Brings what belongs together side by side, each group with the elements that
/// are only compared.
std::vector<ElementEdit> Merger::run() {
  std::vector<unsigned> Path;
  merge(Old.getInitializer(), New.getInitializer(), 0, Path);
  std::vector<ElementEdit> Grouped;
  std::map<std::pair<uint64_t, uint64_t>, std::vector<const ElementEdit *>>
      Groups;
  for (const ElementEdit &Edit : Edits) {
    const auto Group = groupOf(Edit.Offset);
    if (Group.first == Group.second)
      Grouped.push_back(Edit);
    else
      Groups[Group].push_back(&Edit);
  }
  for (const auto &[Group, Members] : Groups) {
    const size_t First = Grouped.size();
    for (const ElementEdit *Edit : Members)
      Grouped.push_back(*Edit);
    keepRest(Old.getInitializer(), 0, Group, Grouped);
    for (size_t I = First + 1; I < Grouped.size(); ++I)
      Grouped[I].Joined = true;
  }
  return Grouped;
}

std::vector<ElementEdit> mergeInitializers(const Correspondence &Pairs,
                                           const std::set<std::string> &Kept,
                                           Findings &Into) {
  std::vector<ElementEdit> Edits;
  for (const std::string &Key : Pairs.newKeys()) {
    const auto *Old = dyn_cast_or_null<GlobalVariable>(Pairs.findOld(Key));
    const auto *New = dyn_cast_or_null<GlobalVariable>(Pairs.findNew(Key));
    if (!Old || !New || !Pairs.corresponds(Key) || New->isConstant() ||
        !Old->hasInitializer() || !New->hasInitializer() ||
        Pairs.equality().constants(Old->getInitializer(),
                                   New->getInitializer()))
      continue;
    if (Kept.count(Key)) {
      Into.add({Finding::Note, "initializer", Key,
                "'" + Key + "' keeps its value (--keep-value)",
                definitionPlace(*New), ""});
      continue;
    }
    append_range(Edits, Merger(Pairs.equality(), Key, *Old, *New, Into).run());
  }
  return Edits;
}

} // namespace dsu
