// A variable gets two values, one after the other.  After a call v1 uses the first
// one, under another name, and v2 the second one: the rest is the same code and both
// values have had one name, but a frame in the call brings along the wrong one.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask wait' 'apply --timeout=100ms %t.so' 'ask go' 'apply %t.so' 'ask wait' 'ask go' | FileCheck %s
//
// CHECK:      wait: waiting
// CHECK-NEXT: a function that the patch changes is on a stack: {{.*}};result in frame
// CHECK:      exit 4
// CHECK-NEXT: go: 1
// CHECK:      exit 0
// CHECK-NEXT: wait: waiting
// CHECK-NEXT: go: 4
// CHECK-NEXT: serving
#include "serve.h"

static int counter;

static NOINLINE int next(void) { return ++counter; }

static NOINLINE void wait(void) {
  char line[16];
  say("waiting");
  serve_line(line, sizeof(line));
}

static NOINLINE int result(void) {
  int x = next(), first = x;
  x = next();
  wait();
#ifdef V2
  return opaque(x);
#else
  return opaque(first);
#endif
}

void answer(const char *line) { say("%d", result()); }

int main(void) { return serve(); }
