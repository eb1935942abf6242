// A constructor that stores a constant into a zero-initialized variable is run at
// the start, not folded into the variable's first value: the program links, and
// the value is there.  (G1)
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask a' 'apply %t.so' 'ask a' | FileCheck %s
//
// CHECK:      a: 11
// CHECK:      exit 0
// CHECK-NEXT: a: 112
// CHECK-NEXT: serving
#include "serve.h"

static int calls;

static __attribute__((constructor)) void early(void) { calls = 10; }

void answer(const char *line) {
  ++calls;
#ifdef V2
  say("%d", 100 + calls);
#else
  say("%d", calls);
#endif
}

int main(void) { return serve(); }
