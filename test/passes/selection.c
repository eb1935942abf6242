// Annotations and DSU_OPTIONS turn functions off and in again; annotations win
// over options, inclusion over exclusion.
//
// RUN: %dsu-clang -O0 -S -emit-llvm %s -o - | FileCheck %s
// RUN: env "DSU_OPTIONS=exclude-functions=p*;include-functions=pl*" \
// RUN:   %dsu-clang -O0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=FUNC
// RUN: env "DSU_OPTIONS=exclude-files=*/selection.c" \
// RUN:   %dsu-clang -O0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=FILE
//
// CHECK-DAG: @plain.dsu(
// CHECK-DAG: @pill.dsu(
// CHECK-NOT: @off.dsu(
//
// FUNC-NOT: @pill.dsu(
// FUNC: @plain.dsu(
//
// FILE-NOT: @plain.dsu(
// FILE: @on.dsu(
// FILE-NOT: @plain.dsu(
#define NOT_GUARDED __asm__ volatile("");
int plain(void) { NOT_GUARDED return 1; }
int pill(void) { NOT_GUARDED return 2; }
__attribute__((annotate("dsu:off"))) int off(void) { NOT_GUARDED return 3; }
__attribute__((annotate("dsu:on"))) int on(void) { NOT_GUARDED return 4; }
