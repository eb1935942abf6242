// Applying a patch that is in, and reverting one that is out, are refused by their
// own words and change nothing; after the revert it can be applied again.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'revert' 'apply %t.so' 'ask a' 'try %t.so' 'ask a' 'revert' 'ask a' \
// RUN:   'keep' 'revert' 'same' 'revert %t.so' 'same' 'apply %t.so' 'ask a' 'revert %t.so' 'ask a' | FileCheck %s
//
// CHECK:      no patch is applied: there is nothing to revert
// CHECK:      exit 8
// CHECK:      exit 0
// CHECK-NEXT: a: 2 after 1
// CHECK-NEXT: the patch is applied already
// CHECK-NEXT: What to do: nothing needs to be done
// CHECK-NEXT: exit 8
// CHECK-NEXT: unchanged
// CHECK-NEXT: a: 2 after 2
// CHECK:      exit 0
// CHECK-NEXT: a: 1 after 3
// CHECK-NEXT: no patch is applied: there is nothing to revert
// CHECK:      exit 8
// CHECK-NEXT: unchanged
// CHECK-NEXT: {{no patch is applied|the patch is not applied}}
// CHECK:      exit 8
// CHECK-NEXT: unchanged
// CHECK:      exit 0
// CHECK-NEXT: a: 2 after 4
// CHECK:      exit 0
// CHECK-NEXT: a: 1 after 5
// CHECK-NEXT: serving
#include "serve.h"

static int calls;

static NOINLINE int value(void) { return opaque(VERSION); }

void answer(const char *line) {
  ++calls;
  say("%d after %d", value(), calls);
}

int main(void) { return serve(); }
