// `check` does all that apply does but the change: it says that the patch can go
// in, or what forbids it, and nothing is different afterwards.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask value' 'keep' 'check %t.so' 'same' 'ask value' 'ask wait' 'check --timeout=100ms %t.so' 'ask go' 'ask value' | FileCheck %s
//
// CHECK:      value: 1
// CHECK-NEXT: can be applied (nothing was changed): 1 function replaced.
// CHECK:      exit 0
// CHECK-NEXT: unchanged
// CHECK-NEXT: value: 1
// CHECK-NEXT: wait: waiting
// CHECK-NEXT: a function that the patch changes is on a stack: {{.*}};value in frame
// CHECK:      exit 4
// CHECK-NEXT: go: 1
// CHECK-NEXT: value: 1
// CHECK-NEXT: serving
#include "serve.h"

static NOINLINE int value(int wait) {
  char line[16];
  if (wait) {
    say("waiting");
    serve_line(line, sizeof(line));
  }
  return opaque(VERSION);
}

void answer(const char *line) { say("%d", value(line[0] == 'w')); }

int main(void) { return serve(); }
