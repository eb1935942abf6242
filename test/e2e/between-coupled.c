// Two functions that change together, around a caller that does not change: while a
// thread is between them the update waits, and so does its revert.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask pass' 'ask in' 'apply --timeout=100ms %t.so' 'ask out' 'apply %t.so' 'ask pass' 'ask in' 'revert --timeout=100ms' 'ask out' 'revert' 'ask pass' | FileCheck %s
//
// CHECK:      pass: 0 left
// CHECK-NEXT: in: inside
// CHECK-NEXT: is on a stack: {{.+}};caller in frame
// CHECK:      exit 4
// CHECK-NEXT: out: 0 left
// CHECK:      level activeness
// CHECK:      exit 0
// CHECK-NEXT: pass: 0 left
// CHECK-NEXT: in: inside
// CHECK-NEXT: is on a stack: {{.+}};caller in frame
// CHECK:      exit 4
// CHECK-NEXT: out: 0 left
// CHECK:      exit 0
// CHECK-NEXT: pass: 0 left
// CHECK-NEXT: serving
#include "serve.h"

#ifdef V2
#define STEP 2
#else
#define STEP 1
#endif

static volatile int depth;

static NOINLINE void enter(void) { depth += opaque(STEP); }
static NOINLINE void leave(void) { depth -= opaque(STEP); }

static NOINLINE void caller(int wait) {
  char line[16];
  enter();
  if (wait) {
    say("inside");
    serve_line(line, sizeof(line));
  }
  leave();
}

void answer(const char *line) {
  caller(strcmp(line, "in") == 0);
  say("%d left", depth);
}

int main(void) { return serve(); }
