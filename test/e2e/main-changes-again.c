// A frame of main stays through four patches, of which one leaves main alone and
// three change it before its loop, and through their reverts.  A patch that also
// changes what comes after the loop has to wait for that frame, although its body
// is two versions older than the running one.
//
// RUN: %dsu-cc -DV=1 %s -o %t.1 && %dsu-cc -DV=2 %s -o %t.2
// RUN: %dsu-cc -DV=3 %s -o %t.3 && %dsu-cc -DV=4 %s -o %t.4
// RUN: %dsu-cc -DV=4 -DLAST %s -o %t.5
// RUN: %dsu-cc -DV=3 -DVALUE=30 %s -o %t.6
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.12.dsu.so
// RUN: dsu-diff %t.12.dsu.bc %t.3.dsu.bc -o %t.23.dsu.so
// RUN: dsu-diff %t.23.dsu.bc %t.6.dsu.bc -o %t.36.dsu.so
// RUN: dsu-diff %t.36.dsu.bc %t.4.dsu.bc -o %t.64.dsu.so
// RUN: %drive %t.1 'apply --timeout=1s %t.12.dsu.so' 'apply --timeout=1s %t.23.dsu.so' 'ask a' \
// RUN:   'apply --timeout=1s %t.36.dsu.so' 'ask a' 'apply --timeout=1s %t.64.dsu.so' 'ask a' \
// RUN:   'revert --timeout=1s' 'ask a' 'revert --timeout=1s' 'ask a' 'revert --timeout=1s' 'ask a' \
// RUN:   'revert --timeout=1s' 'ask a' | FileCheck %s
//
// CHECK:      exit 0
// CHECK:      exit 0
// CHECK-NEXT: a: v3 limit 10
// CHECK:      exit 0
// CHECK-NEXT: a: v30 limit 10
// CHECK:      exit 0
// CHECK-NEXT: a: v4 limit 10
// CHECK:      exit 0
// CHECK-NEXT: a: v30 limit 10
// CHECK:      exit 0
// CHECK-NEXT: a: v3 limit 10
// CHECK:      exit 0
// CHECK-NEXT: a: v2 limit 10
// CHECK:      exit 0
// CHECK-NEXT: a: v1 limit 10
// CHECK-NEXT: serving
//
// Here the patch can be made, since a frame in the first `say` may stay.
//
// RUN: dsu-diff %t.23.dsu.bc %t.5.dsu.bc -o %t.35.dsu.so
// RUN: %drive %t.1 'apply --timeout=1s %t.12.dsu.so' 'apply --timeout=1s %t.23.dsu.so' 'ask a' \
// RUN:   'apply --timeout=300ms %t.35.dsu.so' 'ask a' 'revert --timeout=1s' 'ask a' | FileCheck %s --check-prefix=LAST
//
// LAST:      exit 0
// LAST:      exit 0
// LAST-NEXT: a: v3 limit 10
// LAST:      on a stack: {{.*}}main
// LAST:      exit 4
// LAST-NEXT: a: v3 limit 10
// LAST:      exit 0
// LAST-NEXT: a: v2 limit 10
// LAST-NEXT: serving
#include "serve.h"

#ifndef VALUE
#define VALUE V
#endif

static int limit;
static char line[64];

static NOINLINE int version(void) { return opaque(VALUE); }

void answer(const char *text) { say("v%d limit %d", version(), limit); }

int main(int argc, char **argv) {
  (void)argv;
  if (argc > 9) {
    say("too many");
    return 2;
  }
  limit = 10 * V;
  while (serve_line(line, sizeof(line))) {
    if (strcmp(line, "hello") == 0)
      say("hello");
    else
      answer(line);
  }
#ifdef LAST
  answer("bye");
#endif
  return 0;
}
