// A function changed only before the call that its frame is in; what the frame may
// still run is the same, so it does not block, and returns what it would have.  The
// opposite of swapped-locals.c.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask wait' 'apply --timeout=1s %t.so' 'ask go' 'ask wait' 'ask go' | FileCheck %s
//
// CHECK:      wait: waiting
// CHECK-NEXT: applied
// CHECK:      exit 0
// CHECK-NEXT: go: -1 after 3
// CHECK-NEXT: wait: waiting
// CHECK-NEXT: go: -2 after 7
// CHECK-NEXT: serving
#include "serve.h"

static int counter;

static NOINLINE int next(void) { return ++counter; }

static NOINLINE void wait(void) {
  char line[16];
  say("waiting");
  serve_line(line, sizeof(line));
}

static NOINLINE int difference(void) {
  int x = next();
#ifdef V2
  next();
#endif
  int y = next();
  wait();
  return x - y;
}

void answer(const char *line) {
  int result = difference();
  say("%d after %d", result, ++counter);
}

int main(void) { return serve(); }
