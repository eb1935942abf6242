//===- RuntimeABI.h - LLVM expansion of dsu_abi.def -------------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The constants, strings and struct layouts that passes and tools emit, made
// from rt/include/dsu/dsu_abi.def by macros: nothing is written down twice.
//
//   abi::DSU_ABI_VERSION             constants, as uint32_t
//   abi::DSU_SECTION_SLOTS           strings, as const char[]
//   abi::dsu_func::body              the index of a field
//   abi::getType<abi::dsu_func>(C)   the struct as an LLVM type
//
//===----------------------------------------------------------------------===//

#ifndef DSU_PASSES_RUNTIMEABI_H
#define DSU_PASSES_RUNTIMEABI_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/DerivedTypes.h"

#include <array>
#include <cstdint>

namespace dsu {

/// A version of a program: SHA-256 of its optimized bitcode.
using ImageID = std::array<uint8_t, 32>;

namespace abi {

#define DSU_CONST(NAME, VALUE) constexpr uint32_t NAME = VALUE;
#define DSU_STRING(NAME, VALUE) constexpr char NAME[] = VALUE;
#include "dsu/dsu_abi.def"

/// What a field of a struct holds; see the head of dsu_abi.def.
enum class FieldKind : uint8_t { U32, U64, REL, PTR, ID };

/// Names of the runtime's entry points.
namespace entry {
#define DSU_ENTRY(RET, NAME, PARAMS) constexpr char NAME[] = #NAME;
#include "dsu/dsu_abi.def"
} // namespace entry

// clang-format off
// One struct for each of the ABI's: an enumerator for each field's index, and
// the list of the fields' kinds.
#define DSU_STRUCT_BEGIN(NAME)                                                 \
  struct NAME {                                                                \
    static constexpr const char *Name = "struct." #NAME;                       \
    static llvm::ArrayRef<FieldKind> kinds();                                  \
    enum Field : unsigned {
#define DSU_FIELD(KIND, NAME) NAME,
#define DSU_STRUCT_END(NAME)                                                   \
    FieldCount                                                                 \
    }                                                                          \
    ;                                                                          \
    }                                                                          \
    ;
#include "dsu/dsu_abi.def"
// clang-format on

/// The LLVM type of a field.
llvm::Type *getFieldType(llvm::LLVMContext &Ctx, FieldKind Kind);

/// The identified struct type \p Name with these fields, made on first use.
llvm::StructType *getStructType(llvm::LLVMContext &Ctx, llvm::StringRef Name,
                                llvm::ArrayRef<FieldKind> Kinds);

template <typename T> llvm::StructType *getType(llvm::LLVMContext &Ctx) {
  return getStructType(Ctx, T::Name, T::kinds());
}

/// The type of __dsu_register_image.
llvm::FunctionType *getRegisterImageType(llvm::LLVMContext &Ctx);

} // namespace abi
} // namespace dsu

#endif // DSU_PASSES_RUNTIMEABI_H
