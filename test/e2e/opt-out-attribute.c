// A function that the attribute opts out is not updatable: a change of it cannot
// be applied, and the report names it.  Its unchanged form calls what is new.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2 && %dsu-cc -DV3 %s -o %t.3
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 5' 'apply %t.so' 'ask 5' | FileCheck %s
// RUN: not dsu-diff %t.1.dsu.bc %t.3.dsu.bc -o %t.to3.so > %t.report
// RUN: FileCheck %s --check-prefix=REFUSED < %t.report
//
// CHECK:      5: out 6
// CHECK:      exit 0
// CHECK-NEXT: 5: out 10
// CHECK-NEXT: serving
//
// REFUSED: {{decision|cannot be applied live}}
// REFUSED: opted_out
#include "serve.h"

static NOINLINE int value(int x) {
#ifdef V2
  return 2 * x;
#else
  return x + 1;
#endif
}

__attribute__((annotate("dsu:off"), noinline)) static const char *
opted_out(int x) {
  static char text[32];
#ifdef V3
  snprintf(text, sizeof(text), "OUT %d", value(x));
#else
  snprintf(text, sizeof(text), "out %d", value(x));
#endif
  return text;
}

void answer(const char *line) { say("%s", opted_out(atoi(line))); }

int main(void) { return serve(); }
