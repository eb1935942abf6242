// The stack is 20,000 frames deep while an unchanged recursion waits: the trace is
// read to its end, and the update goes in.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask deep' 'apply %t.so' 'ask go' 'ask value' | FileCheck %s
//
// CHECK:      deep: waiting
// CHECK-NEXT: applied
// CHECK:      exit 0
// CHECK-NEXT: go: 20000
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"

static NOINLINE int value(void) { return opaque(VERSION); }

static NOINLINE int descend(int depth) {
  char line[16];
  if (depth == 0) {
    say("waiting");
    serve_line(line, sizeof(line));
    return 0;
  }
  int below = descend(depth - 1);
  __asm__ volatile("" ::: "memory");
  return below + 1;
}

static NOINLINE int deep(void) { return descend(20000); }

void answer(const char *line) {
  if (line[0] == 'd')
    say("%d", deep());
  else
    say("%d", value());
}

int main(void) { return serve(); }
