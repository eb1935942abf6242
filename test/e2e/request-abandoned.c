// Whoever interrupts dsuctl while an update waits takes the request back: it is not
// carried out later, and the next one is served at once.  Who asks meanwhile is told.
//
// RUN: %dsu-cc -pthread %s -o %t.1 && %dsu-cc -pthread -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask enter' 'start dsuctl apply --timeout=4s $PID %t.so' \
// RUN:   'run sh %inputs/next-attempt' \
// RUN:   'run dsuctl status --timeout=1s $PID' 'join' 'run timeout -s INT 1 dsuctl apply --wait $PID %t.so; echo interrupted' \
// RUN:   'run dsuctl status --timeout=2s $PID' 'ask leave' 'ask value' 'run dsuctl status $PID' \
// RUN:   'apply %t.so' 'ask value' | FileCheck %s
//
// CHECK:      enter: entered
// CHECK:      its agent was not started in time; it is at another request
// CHECK-NEXT: What to do: wait for the other dsuctl, or interrupt it
// CHECK:      a function that the patch changes is on a stack
// CHECK:      interrupted
// CHECK:      {{^}}  no patch
// CHECK:      log: {{.*}} the client went away before the update could be made
// CHECK:      leave: left
// CHECK-NEXT: value: 1
// CHECK:      {{^}}  no patch
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "stays.h"
