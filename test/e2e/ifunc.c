// The implementation that an ifunc's resolver chose at the start changes; calls
// through the ifunc reach the new code.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 5' 'apply %t.so' 'ask 5' 'revert' 'ask 5' | FileCheck %s
//
// CHECK:      5: 6
// CHECK:      exit 0
// CHECK-NEXT: 5: 15
// CHECK:      exit 0
// CHECK-NEXT: 5: 6
// CHECK-NEXT: serving
#include "serve.h"

static NOINLINE int implementation(int x) {
#ifdef V2
  return 3 * x;
#else
  return x + 1;
#endif
}

static int (*resolve(void))(int) { return implementation; }
int value(int x) __attribute__((ifunc("resolve")));

void answer(const char *line) { say("%d", value(atoi(line))); }

int main(void) { return serve(); }
