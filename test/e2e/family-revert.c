// --children takes one patch out of the whole family: the one that the parent had
// on top.  A child without it (it was forked after the parent had been reverted,
// or was reverted by itself) keeps what it has.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV=2 %s -o %t.2 && %dsu-cc -DV=3 %s -o %t.3
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.12.so
// RUN: dsu-diff %t.12.dsu.bc %t.3.dsu.bc -o %t.23.so
// RUN: %drive %t.1 'ask fork' 'dsuctl apply --children $PID %t.12.so' 'dsuctl apply --children $PID %t.23.so' \
// RUN:   'ask value' 'ask child value' 'run dsuctl revert $(cat /proc/$PID/task/*/children) >/dev/null' \
// RUN:   'ask value' 'ask child value' 'dsuctl revert --children $PID' 'ask value' 'ask child value' 'ask end' | FileCheck %s
//
// CHECK:      value: 3
// CHECK-NEXT: child value: 3
// CHECK:      value: 3
// CHECK-NEXT: child value: 2
// CHECK-NEXT: process [[PARENT:[0-9]+]]: {{.*}} reverted
// CHECK:      the patch is not applied
// CHECK:      dsuctl: done in all 2 processes.
// CHECK-NEXT: exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: child value: 2
// CHECK-NEXT: end: done
// CHECK-NEXT: serving
#include "family.h"

#ifndef V
#define V 1
#endif

static NOINLINE int value(void) { return opaque(V); }

void answer(const char *line) {
  if (!family(line))
    say("%d", value());
}

int main(void) { return serve(); }
