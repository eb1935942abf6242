// v2 takes the address of a function that v1 only called, and stores it; a second
// patch changes the function.  The pointer follows, across the reverts too, and
// compares equal in all versions that know it.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2 && %dsu-cc -DV2 -DV3 %s -o %t.3
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.12.so
// RUN: dsu-diff %t.12.dsu.bc %t.3.dsu.bc -o %t.23.so
// RUN: %drive %t.1 'ask call' 'apply %t.12.so' 'ask store' 'ask stored' 'ask compare' \
// RUN:   'apply %t.23.so' 'ask stored' 'ask compare' 'revert' 'ask stored' 'revert' \
// RUN:   'ask call' 'apply %t.12.so' 'ask stored' 'ask compare' | FileCheck %s
//
// CHECK:      call: 100
// CHECK:      exit 0
// CHECK-NEXT: store: done
// CHECK-NEXT: stored: 100
// CHECK-NEXT: compare: equal
// CHECK:      exit 0
// CHECK-NEXT: stored: 300
// CHECK-NEXT: compare: equal
// CHECK:      exit 0
// CHECK-NEXT: stored: 100
// CHECK:      exit 0
// CHECK-NEXT: call: 100
// CHECK:      exit 0
// CHECK-NEXT: stored: 100
// CHECK-NEXT: compare: equal
// CHECK-NEXT: serving
#include "serve.h"

static int (*volatile stored)(int);

static NOINLINE int value(int x) {
#ifdef V3
  return 3 * x;
#else
  return x;
#endif
}

void answer(const char *line) {
  int hundred = 100 + (line[0] == 0);
#ifdef V2
  if (strcmp(line, "store") == 0) {
    stored = value;
    say("done");
    return;
  }
  if (strcmp(line, "stored") == 0) {
    say("%d", stored(hundred));
    return;
  }
  if (strcmp(line, "compare") == 0) {
    say("%s", stored == value ? "equal" : "different");
    return;
  }
#endif
  say("%d", value(hundred));
}

int main(void) { return serve(); }
