// A variable that the program has made read-only is not written: the update is
// refused, by a check too, and nothing has changed.  It is applied when the variable can be written,
// and then sealed against the revert.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask seal' 'check %t.so' 'try %t.so' 'ask value' 'ask hide' 'apply %t.so' 'ask open' 'apply %t.so' 'ask value' \
// RUN:   'ask seal' 'revert' 'ask open' 'revert' 'ask value' | FileCheck %s
//
// CHECK:      seal: 0
// CHECK-NEXT: dsuctl: process {{[0-9]+}}: a variable whose initial value changes cannot be written: the program has made it read-only
// CHECK-NEXT: What to do:
// CHECK-NEXT: exit 8
// CHECK-NEXT: dsuctl: {{.*}} cannot be written
// CHECK:      exit 8
// CHECK-NEXT: unchanged
// CHECK-NEXT: value: 1 11
// CHECK:      hide: 0
// CHECK-NEXT: dsuctl: {{.*}} cannot be written
// CHECK:      exit 8
// CHECK:      open: 0
// CHECK:      exit 0
// CHECK-NEXT: value: 2 12
// CHECK:      exit 8
// CHECK:      open: 0
// CHECK:      exit 0
// CHECK-NEXT: value: 1 11
// CHECK-NEXT: serving
#include "serve.h"

#include <sys/mman.h>

static struct limits {
  int limit[1024];
} limits __attribute__((aligned(4096))) = {{1, 2, 10 + VERSION, 4}};

static NOINLINE int value(void) { return opaque(VERSION); }

void answer(const char *line) {
  if (strcmp(line, "value") == 0)
    say("%d %d", value(), limits.limit[2]);
  else
    say("%d", mprotect(&limits, sizeof(limits),
                       strcmp(line, "seal") == 0   ? PROT_READ
                       : strcmp(line, "open") == 0 ? PROT_READ | PROT_WRITE
                                                   : PROT_NONE));
}

int main(void) { return serve(); }
