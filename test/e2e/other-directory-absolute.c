// Three versions in directories of their own, compiled by absolute names and
// without a root: the trees are taken for each other, and the state of internal
// variables is kept through both patches, and through their reverts.
//
// RUN: mkdir -p %t.d.1 %t.d.2 %t.d.3
// RUN: cp %inputs/kept-state.c %t.d.1/server.c && cp %inputs/kept-state.c %t.d.2/server.c && cp %inputs/kept-state.c %t.d.3/server.c
// RUN: %dsu-cc %t.d.1/server.c -o %t.1 && %dsu-cc -DV2 %t.d.2/server.c -o %t.2
// RUN: %dsu-cc -DV2 -DV3 %t.d.3/server.c -o %t.3
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.12.dsu.so | FileCheck %s --check-prefix=REPORT
// RUN: dsu-diff %t.12.dsu.bc %t.3.dsu.bc -o %t.23.dsu.so | FileCheck %s --check-prefix=REPORT
// RUN: %drive %t.1 'ask 5' 'apply %t.12.dsu.so' 'ask 5' 'apply %t.23.dsu.so' 'ask 5' 'revert' 'ask 5' \
// RUN:   'revert' 'ask 5' | FileCheck %s
//
// REPORT: 1 function replaced, 0 added, 0 removed
// REPORT: changed {{.*}}.d.1/server.c;value
// REPORT-NOT: variable
// REPORT: files below '{{.*}}.d.{{[23]}}/' are taken for those below '{{.*}}.d.1/' in the running program
//
// CHECK:      5: 6 after 1
// CHECK:      exit 0
// CHECK-NEXT: 5: 15 after 2
// CHECK:      exit 0
// CHECK-NEXT: 5: 16 after 3
// CHECK:      exit 0
// CHECK-NEXT: 5: 15 after 4
// CHECK:      exit 0
// CHECK-NEXT: 5: 6 after 5
// CHECK-NEXT: serving
