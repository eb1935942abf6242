// The signature of an internal function changes together with all its callers.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 5' 'apply %t.so' 'ask 5' 'revert' 'ask 5' | FileCheck %s
//
// CHECK:      5: 6
// CHECK:      exit 0
// CHECK-NEXT: 5: 5.50
// CHECK:      exit 0
// CHECK-NEXT: 5: 6
// CHECK-NEXT: serving
#include "serve.h"

static int seen;

#ifdef V2
static NOINLINE double value(double x, const char *why, int unused) {
  seen += why[0] + unused;
  return x + 0.5;
}
#else
static NOINLINE int value(int x) {
  seen += x;
  return x + 1;
}
#endif

void answer(const char *line) {
#ifdef V2
  say("%.2f", value(atoi(line), line, 3));
#else
  say("%d", value(atoi(line)));
#endif
}

int main(void) { return serve(); }
