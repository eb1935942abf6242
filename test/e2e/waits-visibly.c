// Somebody at a terminal is told after a second that the update waits; logs and
// programs are not, and nobody is where it takes a moment only.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'run script -qec "dsuctl apply --timeout=2s $PID %t.so" /dev/null | cat' \
// RUN:   'apply --timeout=2s %t.so' | FileCheck %s
// RUN: %drive %t.1 'run script -qec "dsuctl apply --timeout=1s $PID %t.so" /dev/null | cat' \
// RUN:   | FileCheck --check-prefix=SHORT %s
//
// CHECK:      dsuctl: process {{[0-9]+}}: waiting for a moment at which it can be changed, for {{[12][.0-9]*}} s at most
// CHECK-NEXT: dsuctl: process {{[0-9]+}}: a function that the patch changes is on a stack
// CHECK-NEXT: What to do:
// CHECK-NEXT: dsuctl: process {{[0-9]+}}: a function that the patch changes is on a stack
// SHORT-NOT: waiting for
// SHORT: a function that the patch changes is on a stack
#include "serve.h"

static char line[64];

static NOINLINE int for_ever(void) {
  while (serve_line(line, sizeof(line)))
    say(strcmp(line, "hello") == 0 ? line : VERSION == 1 ? "old" : "new");
  return 0;
}

void answer(const char *text) {}

int main(void) { return for_ever(); }
