// A child made by fork before the update is a process of its own: it goes on with
// v1 until it is updated too.  A child made after the update has it already, and
// can take it out for itself.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask fork' 'apply %t.so' 'ask value' 'ask child value' 'ask fork' 'ask child value' 'ask value' \
// RUN:   'pid child pid' 'revert' 'ask child value' 'ask value' 'apply %t.so' 'ask child value' \
// RUN:   'ask end' | FileCheck %s
//
// CHECK:      fork: done
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: child value: 1
// CHECK-NEXT: fork: done
// CHECK-NEXT: child value: 2
// CHECK-NEXT: value: 2
// CHECK-NEXT: reverted
// CHECK:      exit 0
// CHECK-NEXT: child value: 1
// CHECK-NEXT: value: 2
// CHECK:      exit 0
// CHECK-NEXT: child value: 2
// CHECK-NEXT: end: done
// CHECK-NEXT: serving
#include "family.h"

static NOINLINE int value(void) { return opaque(VERSION); }

void answer(const char *line) {
  if (!family(line))
    say("%d", value());
}

int main(void) { return serve(); }
