// A function with inline assembly changes, and so does what its assembly says.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 5' 'apply %t.so' 'ask 5' 'revert' 'ask 5' | FileCheck %s
//
// CHECK:      5: 6
// CHECK:      exit 0
// CHECK-NEXT: 5: 10
// CHECK:      exit 0
// CHECK-NEXT: 5: 6
// CHECK-NEXT: serving
#include "serve.h"

static NOINLINE long value(long x) {
#ifdef V2
  __asm__ volatile("addq %0, %0" : "+r"(x));
#else
  __asm__ volatile("incq %0" : "+r"(x));
#endif
  return x;
}

void answer(const char *line) { say("%ld", value(atoi(line))); }

int main(void) { return serve(); }
