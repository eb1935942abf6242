// Two dsuctl at once: one gets the patch in, the other is told that it is in; a
// status asked for in between is answered.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask wait' 'start dsuctl apply --timeout=20s $PID %t.so' 'start dsuctl apply --timeout=20s $PID %t.so' \
// RUN:   'ask go' 'join' 'join' 'ask value' 'dsuctl status $PID' | FileCheck %s
//
// CHECK:      wait: waiting
// CHECK-NEXT: go: 1
// CHECK-DAG:  applied: 1 function replaced
// CHECK-DAG:  the patch is applied already
// CHECK-DAG:  exit 0
// CHECK-DAG:  exit 8
// CHECK:      value: 2
// CHECK:      exit 0
// CHECK:      serving
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
