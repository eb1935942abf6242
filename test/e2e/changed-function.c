// A changed function runs in its new form from the next call on, and in its old
// one again after the revert.  The program's state is kept throughout.  (G7, G9)
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so | FileCheck %s --check-prefix=REPORT
// RUN: %drive %t.1 'ask 5' 'apply %t.so' 'ask 5' 'ask 6' 'revert' 'ask 5' \
// RUN:   | FileCheck %s
//
// REPORT: can be applied live
// REPORT: changed {{.*}}changed-function.c;price {{.*}}:[[#]] in source
//
// CHECK:      5: 50 after 1
// CHECK-NEXT: process {{[0-9]+}}: {{.*}}.so applied: 1 function replaced.
// CHECK:      exit 0
// CHECK-NEXT: 5: 55 after 2
// CHECK-NEXT: 6: 66 after 3
// CHECK:      process {{[0-9]+}}: {{.*}} reverted: 1 function
// CHECK:      exit 0
// CHECK-NEXT: 5: 50 after 4
// CHECK-NEXT: serving
#include "serve.h"

static int calls;

#ifdef V2
#define FACTOR 11
#else
#define FACTOR 10
#endif

static NOINLINE int price(int count) { return FACTOR * count; }

void answer(const char *line) {
  ++calls;
  say("%d after %d", price(atoi(line)), calls);
}

int main(void) { return serve(); }
