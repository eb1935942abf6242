// A function that only v2 has goes in with the patch; changed code calls it, and
// it calls what v1 has.  After the revert nobody calls it any more.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 5' 'apply %t.so' 'ask 5' 'revert' 'ask 5' | FileCheck %s
//
// CHECK:      5: 7
// CHECK-NEXT: applied: 1 function replaced, 1 added.
// CHECK:      exit 0
// CHECK-NEXT: 5: 77
// CHECK:      exit 0
// CHECK-NEXT: 5: 7
// CHECK-NEXT: serving
#include "serve.h"

static NOINLINE int old_helper(int x) { return x + 2; }

#ifdef V2
static NOINLINE int new_helper(int x) { return 11 * old_helper(x); }
#define HELPER new_helper
#else
#define HELPER old_helper
#endif

static NOINLINE int value(int x) { return HELPER(x); }

void answer(const char *line) { say("%d", value(atoi(line))); }

int main(void) { return serve(); }
