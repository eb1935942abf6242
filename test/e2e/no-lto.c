// A program of one file, built without LTO, is updated all the same.
//
// RUN: %dsu-cc --dsu-no-lto %inputs/kept-state.c -o %t.1 && %dsu-cc --dsu-no-lto -DV2 %inputs/kept-state.c -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 5' 'apply %t.so' 'ask 5' 'revert' 'ask 5' | FileCheck %s
//
// CHECK:      5: 6 after 1
// CHECK:      exit 0
// CHECK-NEXT: 5: 15 after 2
// CHECK:      exit 0
// CHECK-NEXT: 5: 6 after 3
// CHECK-NEXT: serving
