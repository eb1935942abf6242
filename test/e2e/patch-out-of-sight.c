// The patch file lies where the program cannot see it, and goes away before it is
// used: the client has read it once, by its own rights.
//
// REQUIRES: root, reachable-by-others
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: rm -rf %t.secret && mkdir %t.secret && chmod 700 %t.secret && mv %t.so %t.secret/fix.so
// RUN: %drive --as=65534 %t.1 'apply %t.secret/fix.so' 'run rm -r %t.secret' 'ask value' 'revert' 'ask value' | FileCheck %s
//
// CHECK:      applied
// CHECK:      exit 0
// CHECK:      value: 2
// CHECK:      exit 0
// CHECK-NEXT: value: 1
// CHECK-NEXT: serving
#include "serve.h"

static NOINLINE int value(void) { return opaque(VERSION); }

void answer(const char *line) { say("%d", value()); }

int main(void) { return serve(); }
