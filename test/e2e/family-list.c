// `list` shows a program and its child, --children updates both in one call, and
// --all finds them by name.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: cp %t.1 %t.named
// RUN: %drive %t.named 'ask fork' 'run dsuctl list | grep -c family-list.c.tmp.named' \
// RUN:   'dsuctl apply --children $PID %t.so' 'ask value' 'ask child value' \
// RUN:   'dsuctl revert --all=family-list.c.tmp.named' 'ask value' 'ask child value' \
// RUN:   'dsuctl apply --all=family-list.c.tmp.named %t.so' 'ask value' 'ask child value' 'ask end' | FileCheck %s
//
// CHECK:      fork: done
// CHECK-NEXT: 2
// CHECK-COUNT-2: process {{[0-9]+}}: {{.*}} applied
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: child value: 2
// CHECK-COUNT-2: process {{[0-9]+}}: {{.*}} reverted
// CHECK:      exit 0
// CHECK-NEXT: value: 1
// CHECK-NEXT: child value: 1
// CHECK-COUNT-2: process {{[0-9]+}}: {{.*}} applied
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: child value: 2
// CHECK-NEXT: end: done
// CHECK-NEXT: serving
#include "family.h"

static NOINLINE int value(void) { return opaque(VERSION); }

void answer(const char *line) {
  if (!family(line))
    say("%d", value());
}

int main(void) { return serve(); }
