// main changed before its loop only.  What its frame may still run is the same, so
// the update goes in although main is on the stack.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so | FileCheck %s --check-prefix=REPORT
// RUN: %drive %t.1 'ask 5' 'apply %t.so' 'ask 5' 'revert' 'ask 5' | FileCheck %s
//
// REPORT: changed main
// REPORT:      {{[1-9][0-9]*}} of {{[0-9]+}} call sites may stay on a stack
//
// CHECK:      5: 6 limit 10
// CHECK:      exit 0
// CHECK-NEXT: 5: 10 limit 10
// CHECK:      exit 0
// CHECK-NEXT: 5: 6 limit 10
// CHECK-NEXT: serving
#include "serve.h"

static int limit;
static char line[64];

static NOINLINE int value(int x) {
#ifdef V2
  return 2 * x;
#else
  return x + 1;
#endif
}

void answer(const char *text) { say("%d limit %d", value(atoi(text)), limit); }

int main(int argc, char **argv) {
#ifdef V2
  limit = argc > 1 ? atoi(argv[1]) : 20;
  if (limit < 0)
    exit(1);
#else
  limit = 10;
#endif
  while (serve_line(line, sizeof(line))) {
    if (strcmp(line, "hello") == 0)
      say("hello");
    else
      answer(line);
  }
  return 0;
}
