// A changed function has counted in the old way and waits; what it runs then is the
// same call in both versions, but that function changes too and would count in the
// new way.  Both work on one variable, so the frame may not stay: the update waits
// until it has returned, and the count is right.
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
// CHECK-NEXT: go: 0
// CHECK:      exit 0
// CHECK-NEXT: wait: waiting at 2
// CHECK-NEXT: go: 0
// CHECK-NEXT: serving
#include "serve.h"

#ifdef V2
#define WEIGHT 2
#else
#define WEIGHT 1
#endif

static int depth;

static NOINLINE void wait(void) {
  char line[16];
  say("waiting at %d", depth);
  serve_line(line, sizeof(line));
}

static NOINLINE void leave(void) { depth -= WEIGHT; }

static NOINLINE void handle(void) {
  depth += WEIGHT;
  wait();
  leave();
}

void answer(const char *line) {
  handle();
  say("%d", depth);
}

int main(void) { return serve(); }
