// A program with one thread that computes for ever without a system call is
// stopped, updated between two calls of the changed function, and computes on.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'get' 'apply %t.so' 'get' 'revert' 'get' 'run kill -9 $PID' | FileCheck %s
//
// CHECK:      computes with 1
// CHECK-NEXT: applied
// CHECK:      exit 0
// CHECK-NEXT: computes with 2
// CHECK:      exit 0
// CHECK-NEXT: computes with 1
#include "serve.h"

static volatile unsigned long work;

static NOINLINE void compute(int x) {
  for (int i = 0; i < 50; ++i)
    work += (unsigned long)(i ^ x);
}

static NOINLINE int step(int x) {
  compute(x);
  return opaque(VERSION);
}

void answer(const char *line) {}

/* Speaks only when the result of a step is another one than before. */
int main(void) {
  int before = 0;
  for (;;) {
    int now = step(before);
    compute(now);
    if (now != before)
      say("computes with %d", now);
    before = now;
  }
}
