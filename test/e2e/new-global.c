// A global, a static local and a constant that only v2 has live in the patch:
// initialized, writable, and not reset by later calls.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask a' 'apply %t.so' 'ask a' 'ask a' 'revert' 'ask a' 'apply %t.so' 'ask a' | FileCheck %s
//
// CHECK:      a: 1
// CHECK:      exit 0
// CHECK-NEXT: a: 2 global 101 static 8 table 30
// CHECK-NEXT: a: 3 global 102 static 9 table 40
// CHECK:      exit 0
// CHECK-NEXT: a: 4
// CHECK:      exit 0
// CHECK-NEXT: a: 5 global 103 static 10 table 60
// CHECK-NEXT: serving
#include "serve.h"

static int calls;

#ifdef V2
static int new_global = 100;
static const int new_table[] = {10, 20, 30, 40, 50, 60};
#endif

void answer(const char *line) {
  ++calls;
#ifdef V2
  static int new_static = 7;
  ++new_global;
  ++new_static;
  say("%d global %d static %d table %d", calls, new_global, new_static,
      new_table[calls]);
#else
  say("%d", calls);
#endif
}

int main(void) { return serve(); }
