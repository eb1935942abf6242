//===- layout.cpp - the ABI's structs as the passes see them ---*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See layout.c: the same from passes/RuntimeABI.h, by LLVM's data layout.
//
//===----------------------------------------------------------------------===//

#include "RuntimeABI.h"

#include "llvm/IR/DataLayout.h"
#include "llvm/IR/LLVMContext.h"

#include <cstdio>

using namespace llvm;
using namespace dsu;

static const char X86[] =
    "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-"
    "f80:128-n8:16:32:64-S128";

static void printField(const DataLayout &Layout, StructType *Type,
                       unsigned Index, const char *Name) {
  std::printf(
      "  %s at %llu, %llu bytes\n", Name,
      (unsigned long long)Layout.getStructLayout(Type)
          ->getElementOffset(Index)
          .getFixedValue(),
      (unsigned long long)Layout.getTypeAllocSize(Type->getElementType(Index))
          .getFixedValue());
}

int main() {
  LLVMContext Context;
  DataLayout Layout(X86);
#define DSU_STRUCT_BEGIN(NAME)                                                 \
  {                                                                            \
    using S = abi::NAME;                                                       \
    StructType *Type = abi::getType<S>(Context);                               \
    std::printf(                                                               \
        "struct " #NAME " size %llu\n",                                        \
        (unsigned long long)Layout.getTypeAllocSize(Type).getFixedValue());
#define DSU_FIELD(KIND, NAME) printField(Layout, Type, S::NAME, #NAME);
#define DSU_STRUCT_END(NAME) }
#define DSU_CONST(NAME, VALUE) std::printf(#NAME " %u\n", abi::NAME);
#define DSU_STRING(NAME, VALUE) std::printf(#NAME " '%s'\n", abi::NAME);
#define DSU_ENTRY(RET, NAME, PARAMS)                                           \
  std::printf("entry %s\n", abi::entry::NAME);
#include "dsu/dsu_abi.def"
}
