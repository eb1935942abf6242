// Two functions that work on one variable change, and so does their caller, in what
// it does before it calls them.  A frame of the caller that waits between the two
// has made the first call in the old version and would make the second one in the
// new: it may not stay, and the count is right.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so | FileCheck %s --check-prefix=REPORT
// RUN: %drive %t.1 'ask wait' 'apply --timeout=100ms %t.so' 'ask go' 'apply %t.so' 'ask wait' 'ask go' | FileCheck %s
//
// REPORT: Consistency level: activeness
//
// CHECK:      wait: waiting at 1
// CHECK-NEXT: a function that the patch changes is on a stack: {{.*}};handle in frame
// CHECK:      exit 4
// CHECK-NEXT: go: 0 of 0
// CHECK:      exit 0
// CHECK-NEXT: wait: waiting at 2
// CHECK-NEXT: go: 0 of 1
// CHECK-NEXT: serving
#include "serve.h"

#ifdef V2
#define WEIGHT 2
#else
#define WEIGHT 1
#endif

static int depth, handled;

static NOINLINE void wait(void) {
  char line[16];
  say("waiting at %d", depth);
  serve_line(line, sizeof(line));
}

static NOINLINE void enter(void) { depth += WEIGHT; }
static NOINLINE void leave(void) { depth -= WEIGHT; }

static NOINLINE void handle(void) {
#ifdef V2
  ++handled;
#endif
  enter();
  wait();
  leave();
}

void answer(const char *line) {
  handle();
  say("%d of %d", depth, handled);
}

int main(void) { return serve(); }
