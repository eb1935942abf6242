// Two versions compiled from above their directories, as v1/server.c and
// v2/server.c, and a third one from inside of its own: the trees are taken for each
// other, and the state of internal variables is kept through both patches.
//
// RUN: rm -rf %t.d && mkdir -p %t.d/v1 %t.d/v2 %t.d/v3
// RUN: cp %inputs/kept-state.c %t.d/v1/server.c && cp %inputs/kept-state.c %t.d/v2/server.c && cp %inputs/kept-state.c %t.d/v3/server.c
// RUN: cd %t.d && %dsu-cc v1/server.c -o %t.1 && %dsu-cc -DV2 v2/server.c -o %t.2
// RUN: cd %t.d/v3 && %dsu-cc -DV2 -DV3 server.c -o %t.3
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.12.dsu.so | FileCheck %s --check-prefixes=REPORT,ABOVE
// RUN: dsu-diff %t.12.dsu.bc %t.3.dsu.bc -o %t.23.dsu.so | FileCheck %s --check-prefixes=REPORT,INSIDE
// RUN: %drive %t.1 'ask 5' 'apply %t.12.dsu.so' 'ask 5' 'apply %t.23.dsu.so' 'ask 5' 'revert' 'ask 5' \
// RUN:   'revert' 'ask 5' | FileCheck %s
//
// REPORT: 1 function replaced, 0 added, 0 removed
// REPORT: changed v1/server.c;value
// REPORT-NOT: variable
// ABOVE: files below 'v2/' are taken for those below 'v1/' in the running program
// INSIDE: files below the directory of the build are taken for those below 'v1/' in the running program
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
