// A function that never leaves the stack, and what it may still run changed: the
// update is refused at the deadline, naming the frame; the program is untouched.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask a' 'keep' 'apply --timeout=200ms %t.so' 'same' 'ask a' | FileCheck %s
//
// CHECK:      a: old 1
// CHECK-NEXT: dsuctl: process {{[0-9]+}}: a function that the patch changes is on a stack: thread {{[0-9]+}} ({{.*}}): {{.*}}frame-for-ever.c;for_ever in frame {{[0-9]+}}; tried {{[0-9]+}} times in {{[0-9]+}} ms.
// CHECK-NEXT: What to do: try again with --wait or a longer --timeout; a function that never returns, or in which idle threads wait, needs a patch that does not change what it may still run: put the change into what it calls.
// CHECK-NEXT: exit 4
// CHECK-NEXT: unchanged
// CHECK-NEXT: a: old 2
// CHECK-NEXT: serving
#include "serve.h"

static int count;
static char line[64];

static NOINLINE int for_ever(void) {
  while (serve_line(line, sizeof(line))) {
    if (strcmp(line, "hello") == 0) {
      say("hello");
      continue;
    }
#ifdef V2
    say("new %d", ++count);
#else
    say("old %d", ++count);
#endif
  }
  return 0;
}

void answer(const char *text) {}

int main(void) { return for_ever(); }
