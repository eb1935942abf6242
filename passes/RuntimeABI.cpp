//===- RuntimeABI.cpp - LLVM expansion of dsu_abi.def ---------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The tables behind RuntimeABI.h, made from the same file.
//
//===----------------------------------------------------------------------===//

#include "RuntimeABI.h"

#include <type_traits>

using namespace llvm;

namespace dsu::abi {

// clang-format off
#define DSU_STRUCT_BEGIN(NAME)                                                 \
  ArrayRef<FieldKind> NAME::kinds() {                                          \
    static constexpr FieldKind Kinds[] = {
#define DSU_FIELD(KIND, NAME) FieldKind::KIND,
#define DSU_STRUCT_END(NAME)                                                   \
    };                                                                         \
    return Kinds;                                                              \
  }
#include "dsu/dsu_abi.def"
// clang-format on

Type *getFieldType(LLVMContext &Ctx, FieldKind Kind) {
  switch (Kind) {
  case FieldKind::U32:
  case FieldKind::REL:
    return Type::getInt32Ty(Ctx);
  case FieldKind::U64:
    return Type::getInt64Ty(Ctx);
  case FieldKind::PTR:
    return PointerType::getUnqual(Ctx);
  case FieldKind::ID:
    return ArrayType::get(Type::getInt8Ty(Ctx), DSU_ID_SIZE);
  }
  llvm_unreachable("a kind of field that dsu_abi.def does not have");
}

StructType *getStructType(LLVMContext &Ctx, StringRef Name,
                          ArrayRef<FieldKind> Kinds) {
  if (StructType *Known = StructType::getTypeByName(Ctx, Name))
    return Known;
  SmallVector<Type *, 32> Fields;
  for (FieldKind Kind : Kinds)
    Fields.push_back(getFieldType(Ctx, Kind));
  return StructType::create(Ctx, Fields, Name);
}

// The type below is written by hand, so it is checked against the list.
template <typename T>
constexpr bool IsRegister = std::is_same_v<T, void(const dsu_image *)>;
#define DSU_ENTRY(RET, NAME, PARAMS)                                           \
  static_assert(IsRegister<RET PARAMS>, #NAME " has another prototype");
#include "dsu/dsu_abi.def"

FunctionType *getRegisterImageType(LLVMContext &Ctx) {
  return FunctionType::get(Type::getVoidTy(Ctx), PointerType::getUnqual(Ctx),
                           /*isVarArg=*/false);
}

} // namespace dsu::abi
