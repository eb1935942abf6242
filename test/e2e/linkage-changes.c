// A function that was external becomes internal in v2, and the other way round: to
// the program they are the same, and no state is lost on the way; a variable that
// would lose its value is not given a new one in silence.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2 && %dsu-cc -DV3 %s -o %t.3
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask a' 'apply %t.so' 'ask a' 'revert' 'ask a' | FileCheck %s
// RUN: rm -f %t.to3.so && %exits 2 dsu-diff %t.1.dsu.bc %t.3.dsu.bc -o %t.to3.so | FileCheck %s --check-prefix=REFUSED
// RUN: test ! -e %t.to3.so
//
// CHECK:      a: 1 2
// CHECK:      exit 0
// CHECK-NEXT: a: 3 40
// CHECK:      exit 0
// CHECK-NEXT: a: 5 6
// CHECK-NEXT: serving
//
// REFUSED: needs a decision
// REFUSED: count
#include "serve.h"

#ifdef V2
#define ONE static
#define TWO
#define FACTOR 10
#else
#define ONE
#define TWO static
#define FACTOR 1
#endif
#ifdef V3
static int count;
#else
int count;
#endif

ONE NOINLINE int one(void);
TWO NOINLINE int two(void);

ONE int one(void) { return ++count; }
TWO int two(void) { return FACTOR * ++count; }

void answer(const char *line) {
  int first = one();
  say("%d %d", first, two());
}

int main(void) { return serve(); }
