// Of several processes the first that cannot be updated ends the work, and dsuctl
// says which were done: here the child is inside a function that changes.  A
// process that has the patch already is no failure.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask fork' 'ask child wait' 'dsuctl apply --timeout=100ms --children $PID %t.so' \
// RUN:   'ask value' 'ask child go' 'ask child value' \
// RUN:   'dsuctl apply --children $PID %t.so' 'ask child value' 'ask end' | FileCheck %s
//
// CHECK:      fork: done
// CHECK-NEXT: child wait: waiting
// CHECK-NEXT: process [[PARENT:[0-9]+]]: {{.*}} applied
// CHECK:      dsuctl: process [[CHILD:[0-9]+]]: a function that the patch changes is on a stack: {{.*}};value in frame
// CHECK:      dsuctl: stopped at process [[CHILD]]; done before it: [[PARENT]].
// CHECK-NEXT: exit 4
// CHECK-NEXT: value: 2
// CHECK-NEXT: child go: 1
// CHECK-NEXT: child value: 1
// CHECK-NEXT: dsuctl: process [[PARENT]]: the patch is applied already
// CHECK:      process [[CHILD]]: {{.*}} applied
// CHECK:      exit 0
// CHECK-NEXT: child value: 2
// CHECK-NEXT: end: done
// CHECK-NEXT: serving
#include "family.h"

static NOINLINE int value(int wait) {
  char line[16];
  if (wait) {
    say("waiting");
    serve_line(line, sizeof(line));
  }
  return opaque(VERSION);
}

void answer(const char *line) {
  if (!family(line))
    say("%d", value(line[0] == 'w'));
}

int main(void) { return serve(); }
