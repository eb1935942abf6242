// The changed function is on a stack for a while; apply waits, and the update goes
// in when it has returned, without the user's doing.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask wait' 'start dsuctl apply $PID %t.so' 'ask go' 'join' 'ask value' | FileCheck %s
//
// CHECK:      wait: waiting
// CHECK-NEXT: go: 1
// CHECK-NEXT: applied: 1 function replaced.
// CHECK:      exit 0
// CHECK-NEXT: value: 2
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
