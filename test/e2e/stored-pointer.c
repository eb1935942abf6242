// A function pointer that v1 stored calls the new code after the update, and still
// compares equal to the function's address taken by new code, before and after a
// second patch.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2 && %dsu-cc -DV2 -DV3 %s -o %t.3
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.12.so
// RUN: dsu-diff %t.12.dsu.bc %t.3.dsu.bc -o %t.23.so
// RUN: %drive %t.1 'ask store' 'ask call' 'apply %t.12.so' 'ask call' 'ask compare' \
// RUN:   'apply %t.23.so' 'ask call' 'ask compare' 'revert' 'ask call' 'ask compare' \
// RUN:   'revert' 'ask call' 'ask compare' | FileCheck %s
//
// CHECK:      store: v1
// CHECK-NEXT: call: 100
// CHECK:      exit 0
// CHECK-NEXT: call: 200
// CHECK-NEXT: compare: v2 equal
// CHECK:      exit 0
// CHECK-NEXT: call: 300
// CHECK-NEXT: compare: v3 equal
// CHECK:      exit 0
// CHECK-NEXT: call: 200
// CHECK-NEXT: compare: v2 equal
// CHECK:      exit 0
// CHECK-NEXT: call: 100
// CHECK-NEXT: compare: v1 equal
// CHECK-NEXT: serving
#include "serve.h"

static int (*volatile stored)(void);

static int value(void) { return 100 * VERSION; }

static NOINLINE int is_equal(void) { return stored == value; }

void answer(const char *line) {
  if (strcmp(line, "store") == 0) {
    stored = value;
    say("v%d", VERSION);
  } else if (strcmp(line, "call") == 0) {
    say("%d", stored());
  } else {
    say("v%d %s", VERSION, is_equal() ? "equal" : "different");
  }
}

int main(void) { return serve(); }
