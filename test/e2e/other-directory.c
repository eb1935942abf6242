// The two versions are built in directories of their own: with --dsu-root sources
// are known relative to it, so internal functions and variables correspond.
//
// RUN: mkdir -p %t.d.1 %t.d.2 && cp %inputs/kept-state.c %t.d.1/server.c && cp %inputs/kept-state.c %t.d.2/server.c
// RUN: cd %t.d.1 && %dsu-cc --dsu-root=%t.d.1 %t.d.1/server.c -o server
// RUN: cd %t.d.2 && %dsu-cc --dsu-root=%t.d.2 -DV2 %t.d.2/server.c -o server
// RUN: cd %t.d.1 && dsu-diff server.dsu.bc %t.d.2/server.dsu.bc -o fix.dsu.so | FileCheck %s --check-prefix=REPORT
// RUN: %drive %t.d.1/server 'ask 5' 'apply %t.d.1/fix.dsu.so' 'ask 5' 'revert' 'ask 5' | FileCheck %s
//
// REPORT: 1 function replaced, 0 added, 0 removed
// REPORT: changed server.c;value
//
// CHECK:      5: 6 after 1
// CHECK:      exit 0
// CHECK-NEXT: 5: 15 after 2
// CHECK:      exit 0
// CHECK-NEXT: 5: 6 after 3
// CHECK-NEXT: serving
