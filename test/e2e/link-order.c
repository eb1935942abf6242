// Two files of one name: v2 links them in the other order, v3 in the first one
// again. Each goes on with its own state.
//
// RUN: rm -rf %t && mkdir -p %t/a %t/b && cp %inputs/link-order-unit.c %t/a/u.c && cp %inputs/link-order-unit.c %t/b/u.c
// RUN: cd %t/a && %dsu-cc -c -DNAME=fa -DSTEP=1 -DSTART=0 u.c -o 1.o && %dsu-cc -c -DNAME=fa -DSTEP=10 -DSTART=0 u.c -o 2.o
// RUN: cd %t/b && %dsu-cc -c -DNAME=fb -DSTEP=1 -DSTART=5000 u.c -o 1.o && %dsu-cc -c -DNAME=fb -DSTEP=10 -DSTART=5000 u.c -o 2.o
// RUN: cd %t/a && %dsu-cc -c -DNAME=fa -DSTEP=100 -DSTART=0 u.c -o 3.o
// RUN: cd %t/b && %dsu-cc -c -DNAME=fb -DSTEP=100 -DSTART=5000 u.c -o 3.o
// RUN: %dsu-cc -c %s -o %t/main.o
// RUN: %dsu-cc %t/main.o %t/a/1.o %t/b/1.o -o %t.1 && %dsu-cc %t/main.o %t/b/2.o %t/a/2.o -o %t.2
// RUN: %dsu-cc %t/main.o %t/a/3.o %t/b/3.o -o %t.3
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.12.dsu.so
// RUN: dsu-diff %t.12.dsu.bc %t.3.dsu.bc -o %t.23.dsu.so
// RUN: %drive %t.1 'ask x' 'apply %t.12.dsu.so' 'ask x' 'apply %t.23.dsu.so' 'ask x' 'revert' 'ask x' | FileCheck %s
//
// CHECK:      x: a 1 b 5001
// CHECK:      exit 0
// CHECK-NEXT: x: a 11 b 5011
// CHECK:      exit 0
// CHECK-NEXT: x: a 111 b 5111
// CHECK:      exit 0
// CHECK-NEXT: x: a 121 b 5121
// CHECK-NEXT: serving
#include "serve.h"

int fa(void), fb(void);

void answer(const char *line) {
  int a = fa(), b = fb();
  say("a %d b %d", a, b);
}

int main(void) { return serve(); }
