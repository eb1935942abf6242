// A function with an alias changes: both names lead to the new code.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 5' 'apply %t.so' 'ask 5' 'revert' 'ask 5' | FileCheck %s
//
// CHECK:      5: 6 6
// CHECK:      exit 0
// CHECK-NEXT: 5: 15 15
// CHECK:      exit 0
// CHECK-NEXT: 5: 6 6
// CHECK-NEXT: serving
#include "serve.h"

NOINLINE int value(int x) {
#ifdef V2
  return 3 * x;
#else
  return x + 1;
#endif
}
int other_name(int x) __attribute__((alias("value")));

void answer(const char *line) {
  say("%d %d", value(atoi(line)), other_name(atoi(line)));
}

int main(void) { return serve(); }
