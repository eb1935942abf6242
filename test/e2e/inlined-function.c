// The changed function was inlined: its callers are replaced, all of them, and the
// report tells source changes from their consequences.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so | FileCheck %s --check-prefix=REPORT
// RUN: %drive %t.1 'ask a' 'ask b' 'apply %t.so' 'ask a' 'ask b' 'revert' 'ask a' | FileCheck %s
//
// REPORT-DAG: changed {{.*}};in_a {{.*}}optimized code only
// REPORT-DAG: changed {{.*}};in_b {{.*}}optimized code only
// REPORT-DAG: inlined {{.*}};tiny {{.*}}changed in source
//
// CHECK:      a: a 2
// CHECK-NEXT: b: b 2
// CHECK:      exit 0
// CHECK-NEXT: a: a 4
// CHECK-NEXT: b: b 4
// CHECK:      exit 0
// CHECK-NEXT: a: a 2
// CHECK-NEXT: serving
#include "serve.h"

#ifdef V2
static inline __attribute__((always_inline)) int tiny(int x) { return x + 3; }
#else
static inline __attribute__((always_inline)) int tiny(int x) { return x + 1; }
#endif

static NOINLINE void in_a(int x) { say("a %d", tiny(x)); }
static NOINLINE void in_b(int x) { say("b %d", tiny(x)); }

void answer(const char *line) {
  if (line[0] == 'a')
    in_a(line[1] + 1);
  else
    in_b(line[1] + 1);
}

int main(void) { return serve(); }
