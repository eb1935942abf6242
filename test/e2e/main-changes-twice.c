// main changes before its loop in every release, as it does in real servers: two
// such patches are stacked on the same running frame of main, and reverted.
//
// RUN: %dsu-cc -DV=1 %s -o %t.1 && %dsu-cc -DV=2 %s -o %t.2 && %dsu-cc -DV=3 %s -o %t.3
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.12.dsu.so
// RUN: dsu-diff %t.12.dsu.bc %t.3.dsu.bc -o %t.23.dsu.so
// RUN: %drive %t.1 'ask a' 'apply --timeout=1s %t.12.dsu.so' 'ask a' 'apply --timeout=1s %t.23.dsu.so' 'ask a' \
// RUN:   'revert --timeout=1s' 'ask a' 'revert --timeout=1s' 'ask a' | FileCheck %s
//
// CHECK:      a: v1 limit 10
// CHECK:      exit 0
// CHECK-NEXT: a: v2 limit 10
// CHECK:      exit 0
// CHECK-NEXT: a: v3 limit 10
// CHECK:      exit 0
// CHECK-NEXT: a: v2 limit 10
// CHECK:      exit 0
// CHECK-NEXT: a: v1 limit 10
// CHECK-NEXT: serving
#include "serve.h"

static int limit;
static char line[64];

static NOINLINE int version(void) { return opaque(V); }

void answer(const char *text) { say("v%d limit %d", version(), limit); }

int main(void) {
  limit = 10 * V;
  while (serve_line(line, sizeof(line))) {
    if (strcmp(line, "hello") == 0)
      say("hello");
    else
      answer(line);
  }
  return 0;
}
