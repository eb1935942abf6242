// The first patch leaves main alone, so the second one is made from a binary that
// does not have main's body: what the first one tells of it lets the frame stay.
// With main changed in between, a patch that knows no return address of it, either.
//
// RUN: %dsu-cc -DV=1 %s -o %t.1 && %dsu-cc -DV=1 -DVALUE=11 %s -o %t.2
// RUN: %dsu-cc -DV=3 %s -o %t.3 && %dsu-cc -DV=3 -DVALUE=33 %s -o %t.4 && %dsu-cc -DV=5 %s -o %t.5
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.12.dsu.so
// RUN: dsu-diff %t.12.dsu.bc %t.3.dsu.bc -o %t.23.dsu.so
// RUN: dsu-diff %t.23.dsu.bc %t.4.dsu.bc -o %t.34.dsu.so
// RUN: dsu-diff %t.34.dsu.bc %t.5.dsu.bc -o %t.45.dsu.so
// RUN: %drive %t.1 'apply --timeout=1s %t.12.dsu.so' 'ask a' 'apply --timeout=1s %t.23.dsu.so' 'ask a' \
// RUN:   'apply --timeout=1s %t.34.dsu.so' 'ask a' 'apply --timeout=1s %t.45.dsu.so' 'ask a' \
// RUN:   'revert --timeout=1s' 'ask a' 'revert --timeout=1s' 'revert --timeout=1s' 'revert --timeout=1s' \
// RUN:   'ask a' | FileCheck %s
//
// CHECK:      exit 0
// CHECK-NEXT: a: v11 limit 10
// CHECK:      exit 0
// CHECK-NEXT: a: v3 limit 10
// CHECK:      exit 0
// CHECK-NEXT: a: v33 limit 10
// CHECK:      exit 0
// CHECK-NEXT: a: v5 limit 10
// CHECK:      exit 0
// CHECK-NEXT: a: v33 limit 10
// CHECK:      exit 0
// CHECK:      exit 0
// CHECK:      exit 0
// CHECK-NEXT: a: v1 limit 10
// CHECK-NEXT: serving
#include "serve.h"

#ifndef VALUE
#define VALUE V
#endif

static int limit;
static char line[64];

static NOINLINE int version(void) { return opaque(VALUE); }

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
