// A static local that exists in both versions keeps its value, although v2 puts
// another one of the same name in an earlier block.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 1' 'ask 1' 'apply %t.so' 'ask 1' 'ask 0' 'revert' 'ask 1' | FileCheck %s
//
// CHECK:      1: 11
// CHECK-NEXT: 1: 12
// CHECK:      exit 0
// CHECK-NEXT: 1: 13
// CHECK-NEXT: 0: 1001
// CHECK:      exit 0
// CHECK-NEXT: 1: 14
// CHECK-NEXT: serving
#include "serve.h"

void answer(const char *line) {
#ifdef V2
  if (line[0] == '0') {
    static long count = 1000;
    say("%ld", ++count);
    return;
  }
#endif
  {
    static int count = 10;
    say("%d", ++count);
  }
}

int main(void) { return serve(); }
