//===- layout.c - the ABI's structs as C sees them -------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Prints sizes, offsets, constants and strings; layout.cpp prints the same from
// the LLVM expansion.
//
//===----------------------------------------------------------------------===//

#include "dsu/dsu_abi.h"

#include <stdio.h>

int main(void) {
#define DSU_STRUCT_BEGIN(NAME)                                                 \
  {                                                                            \
    typedef struct NAME S;                                                     \
    printf("struct " #NAME " size %zu\n", sizeof(S));
#define DSU_FIELD(KIND, NAME)                                                  \
  printf("  " #NAME " at %zu, %zu bytes\n", offsetof(S, NAME),                 \
         sizeof(((S *)0)->NAME));
#define DSU_STRUCT_END(NAME) }
#define DSU_CONST(NAME, VALUE) printf(#NAME " %u\n", (unsigned)NAME);
#define DSU_STRING(NAME, VALUE) printf(#NAME " '%s'\n", NAME);
#define DSU_ENTRY(RET, NAME, PARAMS) printf("entry " #NAME "\n");
#include "dsu/dsu_abi.def"
  return 0;
}
