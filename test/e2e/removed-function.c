// A function that v2 no longer has, internal and never taken the address of, goes
// away with its last caller.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 5' 'apply %t.so' 'ask 5' 'revert' 'ask 5' | FileCheck %s
//
// CHECK:      5: 15
// CHECK-NEXT: applied: 1 function replaced, 1 removed.
// CHECK:      exit 0
// CHECK-NEXT: 5: 6
// CHECK:      exit 0
// CHECK-NEXT: 5: 15
// CHECK-NEXT: serving
#include "serve.h"

#ifndef V2
static NOINLINE int removed(int x) { return 3 * x; }
#endif

static NOINLINE int value(int x) {
#ifdef V2
  return x + 1;
#else
  return removed(x);
#endif
}

void answer(const char *line) { say("%d", value(atoi(line))); }

int main(void) { return serve(); }
