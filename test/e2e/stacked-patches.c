// Three patches are stacked and reverted in the opposite order; to revert one that
// others lie on is refused, naming the order; `status` lists them all.
//
// RUN: %dsu-cc -DV=1 %s -o %t.1 && %dsu-cc -DV=2 %s -o %t.2
// RUN: %dsu-cc -DV=3 %s -o %t.3 && %dsu-cc -DV=4 %s -o %t.4
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.12.so
// RUN: dsu-diff %t.12.dsu.bc %t.3.dsu.bc -o %t.23.so
// RUN: dsu-diff %t.23.dsu.bc %t.4.dsu.bc -o %t.34.so
// RUN: %drive %t.1 'ask a' 'apply %t.12.so' 'ask a' 'apply %t.23.so' 'ask a' \
// RUN:   'apply %t.34.so' 'ask a' 'keep' 'revert %t.12.so' 'same' 'revert %t.23.so' \
// RUN:   'status' 'ask a' 'revert' 'ask a' 'revert %t.23.so' 'ask a' 'revert' 'ask a' \
// RUN:   'revert' | FileCheck %s
//
// CHECK:      a: v1 x 1
// CHECK:      exit 0
// CHECK-NEXT: a: v2 x 2 added 12
// CHECK:      exit 0
// CHECK-NEXT: a: v3 x 3 added 13
// CHECK:      exit 0
// CHECK-NEXT: a: v4 x 4
// CHECK-NEXT: another patch was applied on top: revert that one first
// CHECK-NEXT: What to do: revert the patches in the opposite order
// CHECK-NEXT: exit 8
// CHECK-NEXT: unchanged
// CHECK-NEXT: another patch was applied on top: revert that one first
// CHECK:      exit 8
// CHECK-COUNT-3: patch {{.*}} applied:
// CHECK:      a: v4 x 5
// CHECK:      exit 0
// CHECK-NEXT: a: v3 x 6 added 14
// CHECK:      exit 0
// CHECK-NEXT: a: v2 x 7 added 15
// CHECK:      exit 0
// CHECK-NEXT: a: v1 x 8
// CHECK-NEXT: no patch is applied
// CHECK:      exit 8
// CHECK-NEXT: serving
#include "serve.h"

static int x;

/* Comes with the second version, changes with the third, goes with the fourth.
 */
#if V == 2 || V == 3
static int added_state = 11;
static NOINLINE int added(void) {
#if V == 3
  if (x == 0)
    return 0;
#endif
  return ++added_state;
}
#endif

void answer(const char *line) {
  ++x;
#if V == 2 || V == 3
  say("v%d x %d added %d", V, x, added());
#else
  say("v%d x %d", V, x);
#endif
}

int main(void) { return serve(); }
