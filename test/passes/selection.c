// Annotations and DSU_OPTIONS turn functions off and in again; annotations win
// over options, inclusion over exclusion.  DSU_OPTIONS also says which are called
// through slots, and so have a body beside their symbol.
//
// RUN: env "DSU_OPTIONS=through-slots=*" \
// RUN:   %dsu-clang -O0 -S -emit-llvm %s -o - | FileCheck %s
// RUN: env "DSU_OPTIONS=exclude-functions=p*;include-functions=pl*;through-slots=*" \
// RUN:   %dsu-clang -O0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=FUNC
// RUN: env "DSU_OPTIONS=through-slots=x*,pl*" \
// RUN:   %dsu-clang -O0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=SLOT
// RUN: env "DSU_OPTIONS=exclude-files=*/selection.c;through-slots=*" \
// RUN:   %dsu-clang -O0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=FILE
//
// CHECK-DAG: @plain.dsu(
// CHECK-DAG: @pill.dsu(
// CHECK-NOT: @off.dsu(
//
// FUNC-NOT: @pill.dsu(
// FUNC: @plain.dsu(
//
// SLOT-NOT: {{@(pill|off|on).dsu}}
// SLOT: @plain.dsu(
// SLOT-NOT: {{@(pill|off|on).dsu}}
// SLOT: @pill(){{.*}} align 16 prefix
//
// FILE-NOT: @plain.dsu(
// FILE: @on.dsu(
// FILE-NOT: @plain.dsu(
int plain(void) { return 1; }
int pill(void) { return 2; }
__attribute__((annotate("dsu:off"))) int off(void) { return 3; }
__attribute__((annotate("dsu:on"))) int on(void) { return 4; }
