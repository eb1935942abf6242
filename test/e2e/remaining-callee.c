// A function computes, waits, and then calls another function than before, with
// the same argument: what a frame that waits may still run did change, and blocks.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask wait' 'apply --timeout=100ms %t.so' 'ask go' 'apply %t.so' 'ask wait' 'ask go' | FileCheck %s
//
// CHECK:      wait: waiting
// CHECK-NEXT: a function that the patch changes is on a stack: {{.*}};result in frame
// CHECK:      exit 4
// CHECK-NEXT: go: 11
// CHECK:      exit 0
// CHECK-NEXT: wait: waiting
// CHECK-NEXT: go: 22
// CHECK-NEXT: serving
#include "serve.h"

static int counter;

static NOINLINE int next(void) { return ++counter; }
static NOINLINE int plus_ten(int x) { return opaque(x) + 10; }
static NOINLINE int plus_twenty(int x) { return opaque(x) + 20; }

static NOINLINE void wait(void) {
  char line[16];
  say("waiting");
  serve_line(line, sizeof(line));
}

static NOINLINE int result(void) {
  int x = next();
  wait();
#ifdef V2
  return plus_twenty(x);
#else
  return plus_ten(x);
#endif
}

void answer(const char *line) {
  if (line[0] == 'w')
    say("%d", result());
  else
    say("%d", plus_ten(0) + plus_twenty(0));
}

int main(void) { return serve(); }
