// Internal functions and variables of one name in two files stay apart: the patch
// changes the one and not the other.
//
// RUN: %dsu-cc %s %inputs/same-names-2.c -o %t.1 && %dsu-cc -DV2 %s %inputs/same-names-2.c -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask a' 'apply %t.so' 'ask a' 'revert' 'ask a' | FileCheck %s
//
// CHECK:      a: first 1 second 101
// CHECK-NEXT: 1 function replaced.
// CHECK:      exit 0
// CHECK-NEXT: a: FIRST 2 second 102
// CHECK:      exit 0
// CHECK-NEXT: a: first 3 second 103
// CHECK-NEXT: serving
#include "serve.h"

static int count;

static NOINLINE const char *name(void) {
  ++count;
#ifdef V2
  return "FIRST";
#else
  return "first";
#endif
}

const char *second_name(void);
extern int second_count(void);

void answer(const char *line) {
  const char *first = name(), *second = second_name();
  say("%s %d %s %d", first, count, second, second_count());
}

int main(void) { return serve(); }
