// A mutable table of which v2 has more elements is another type of object: refused,
// naming it and its size; a constant one that grows is no obstacle.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2 && %dsu-cc -DV3 %s -o %t.3
// RUN: rm -f %t.so && %exits 3 dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so | FileCheck %s --check-prefix=REFUSED
// RUN: test ! -e %t.so
// RUN: dsu-diff %t.1.dsu.bc %t.3.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 0' 'apply %t.so' 'ask 2' | FileCheck %s
//
// REFUSED: table-grows.c:[[#]]: {{.*}}numbers
//
// CHECK:      0: 1 one
// CHECK:      exit 0
// CHECK-NEXT: 2: 1 three
// CHECK-NEXT: serving
#include "serve.h"

#ifdef V2
static int numbers[] = {1, 2, 3};
#else
static int numbers[] = {1, 2};
#endif

#ifdef V3
static const char *const names[] = {"one", "two", "three"};
#else
static const char *const names[] = {"one", "two"};
#endif

void answer(const char *line) {
  int i = atoi(line);
  numbers[1] += i;
  say("%d %s", numbers[0], names[i]);
}

int main(void) { return serve(); }
